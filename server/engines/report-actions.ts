import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { isId, newId } from '../kernel/ids';
import { inTransaction, publish, readNow, type Tx } from '../kernel/transaction';
import { LEASE_SECONDS } from './command-actions';
import { confirmCapital } from './command-store';
import { endpointOf, portOf } from './endpoint-actions';
import { latchBeforeRenewal } from './lease-actions';
import { aheadOfTime, type EngineReport, ReportMessage } from './messages';
import { verifyMessage } from './signature';
import { type EngineRow, findEngine, keepReport, keepSilence, listReachableEngines, markSeen, reportOf } from './store';

const refused = (why: string) => new DomainError('UNAUTHENTICATED', `The report was refused: ${why}.`);

/** Whoever has not proven to be an engine learns nothing of which engines there are: one sentence, and why for the log. */
const unproven = (why: string) =>
  new DomainError(
    'UNAUTHENTICATED',
    'The report was refused: its engine, its age or its signature is wrong. Check the id, the clock and the secret.',
    { detail: why },
  );

/** A trading state or build that is another than the engine said last is an event. */
function tellStateChange(tx: Tx, engine: EngineRow, before: EngineReport | null, report: EngineReport): void {
  if (!before || (before.state === report.state && before.buildDigest === report.buildDigest)) return;
  recordEvent(tx, {
    type: 'engine.state-reported',
    actor: { kind: 'engine', engineId: engine.id, name: engine.name },
    subject: { kind: 'engine', id: engine.id },
    portfolioId: engine.portfolioId,
    data: { from: before.state, to: report.state, buildDigest: report.buildDigest, epoch: report.epoch },
  });
  publish(tx, 'risk');
}

/** Keeps what an engine said of itself in its answer to a command of an emergency: it is newer than its last heartbeat. */
export async function keepAnswer(engineId: string, said: { report: EngineReport; tookMs: number }): Promise<void> {
  await inTransaction(
    async (tx, at) => {
      authorize(job('engine-report'), 'read');
      const engine = await findEngine(engineId, tx);
      if (!engine) return;
      const before = reportOf(engine);
      await keepReport(engineId, { ...said, at }, tx);
      tellStateChange(tx, engine, before, said.report);
      publish(tx, 'emergency');
    },
    { reserved: true },
  );
}

/**
 * A report that an engine sent by itself: its heartbeat. Verified (signature, age, path, first time seen) before anything
 * is read from it; UNAUTHENTICATED otherwise, the same for an engine that does not exist.
 */
export async function receiveReport(message: {
  engineId: string;
  path: string;
  headers: Record<string, string | undefined>;
  body: string;
}): Promise<{ receivedAt: Date }> {
  const engine = isId(message.engineId) ? await findEngine(message.engineId) : undefined;
  if (!engine || engine.disabledAt) throw unproven('this engine is not known');
  const verdict = verifyMessage({ ...message, secrets: endpointOf(engine).secrets, now: new Date() });
  if (!verdict.ok) throw unproven(verdict.why);
  const parsed = ReportMessage.safeParse(parseJson(message.body));
  if (!parsed.success)
    throw new DomainError('INVALID', 'The report is not what the protocol says.', {
      data: { issues: parsed.error.issues.slice(0, 5) },
    });
  if (parsed.data.to !== message.path) throw refused('it was meant for another path');
  const { report } = parsed.data;
  return inTransaction(async (tx, now) => {
    authorize(job('engine-report'), 'read');
    if (!(await markSeen(tx, { id: verdict.id, engineId: engine.id, at: new Date() })))
      throw refused('its id was seen before');
    const why = aheadOfTime(report, new Date(Math.max(Date.now(), now.getTime())));
    if (why) throw new DomainError('INVALID', why);
    const before = reportOf(engine);
    await keepReport(engine.id, { report, at: now }, tx);
    for (const strategy of report.strategies) {
      await confirmCapital(tx, { engineId: engine.id, strategyRef: strategy.ref, capital: strategy.capital, at: now });
    }
    tellStateChange(tx, engine, before, report);
    publish(tx, 'engines');
    return { receivedAt: now };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Renews the lease of every approved engine, in parallel: 30 s more leave to trade. The worker calls it every 5 s; when
 * nobody does, engines stop taking risk by themselves. Returns how many answered.
 */
export async function renewLeases(timeoutMs = 3_000): Promise<{ asked: number; answered: number }> {
  const engines = await listReachableEngines();
  const until = new Date(Date.now() + LEASE_SECONDS * 1000).toISOString();
  const answers = await Promise.all(
    engines.map(async (engine) => {
      await latchBeforeRenewal(engine);
      const answer = await portOf(engine).send(
        endpointOf(engine),
        {
          id: newId(),
          type: 'renew_lease',
          epoch: engine.epoch,
          scope: { kind: 'firm', strategies: null },
          params: {},
          issuedAt: new Date().toISOString(),
          lease: { until },
        },
        timeoutMs,
      );
      const at = await readNow();
      if (answer.kind === 'answered')
        await keepReport(engine.id, { report: answer.reply.report, at, tookMs: answer.tookMs });
      else await keepSilence(engine.id, answer.why, at);
      return answer.kind === 'answered';
    }),
  );
  return { asked: engines.length, answered: answers.filter(Boolean).length };
}
