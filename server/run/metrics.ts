import 'server-only';
import { carriesBearer } from '../jobs/bearer';
import { DomainError } from '../kernel/errors';
import { processMetrics } from '../kernel/metrics';
import { openStreams } from '../realtime/changes';
import { problem } from '../trpc/errors';
import { type Family, readInstallationMetrics } from './metrics-store';

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** One family in the text format of Prometheus; a family without samples says nothing, so that no data stays no data. */
export function exposition({ name, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}{${pairs.join(',')}} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
}

/** Answers `GET /api/metrics` for whoever carries METRICS_TOKEN: this process, then the installation. */
export async function answerMetrics(request: Request): Promise<Response> {
  if (!carriesBearer(request.headers.get('authorization'), process.env.METRICS_TOKEN ?? '')) {
    const error = new DomainError(
      'UNAUTHENTICATED',
      'This route needs "Authorization: Bearer" with the metrics token.',
    );
    return problem(error, '/api/metrics');
  }
  const { registry, streamClients } = processMetrics();
  streamClients.set(openStreams());
  const [own, families] = await Promise.all([registry.metrics(), readInstallationMetrics()]);
  return new Response(`${own}\n${families.map(exposition).join('')}`, {
    headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
  });
}
