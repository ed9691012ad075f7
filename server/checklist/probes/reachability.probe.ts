import 'server-only';
import { connect } from 'node:net';
import { z } from 'zod';
import { checkTarget, outboundFetch } from '../../kernel/outbound';
import { parseHostPort } from '../certificate';
import { defineProbe } from '../probe';

const TIMEOUT_MS = 5_000;
type Reach = { target: string; isUp: boolean; why: string; tookMs: number | null };

async function reach(target: string): Promise<Reach> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    if (/^https?:\/\//.test(target)) {
      const { status } = await outboundFetch(target, { method: 'GET', timeoutMs: TIMEOUT_MS, maxBytes: 1_000_000 });
      return { target, isUp: status < 400, why: status < 400 ? '' : `answers ${status}`, tookMs: took() };
    }
    const parsed = parseHostPort(target)!;
    const { address } = await checkTarget(parsed.host, parsed.port);
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: address, port: parsed.port, timeout: TIMEOUT_MS });
      const end = (error?: Error) => {
        socket.destroy();
        if (error) reject(error);
        else resolve();
      };
      socket.once('connect', () => end());
      socket.once('error', end);
      socket.once('timeout', () => end(new Error(`No answer in ${TIMEOUT_MS / 1000} s.`)));
    });
    return { target, isUp: true, why: '', tookMs: took() };
  } catch (error) {
    return { target, isUp: false, why: (error as Error).message, tookMs: null };
  }
}

const isTarget = (text: string) => (/^https?:\/\//.test(text) ? URL.canParse(text) : parseHostPort(text) !== null);

/** Named addresses answer: `https://…` with a status under 400, or `host:port` with a connection. */
export const reachabilityProbe = defineProbe({
  kind: 'reachability',
  label: 'Reachability of named addresses',
  params: z.object({
    targets: z.array(z.string().refine(isTarget, 'A target is an http(s) address or host:port.')).max(50),
  }),
  everySeconds: 120,
  timeoutMs: 15_000,
  check: async ({ targets }) => {
    const reached = await Promise.all(targets.map(reach));
    const down = reached.filter((one) => !one.isUp);
    const summary = down.length
      ? `${down.length} of ${reached.length} down: ${down[0]!.target} ${down[0]!.why}`
      : `${reached.length} of ${reached.length} up`;
    return { verdict: down.length ? 'bad' : 'good', summary, measurement: { targets: reached } };
  },
});
