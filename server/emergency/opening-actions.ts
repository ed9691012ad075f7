import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../alerts/raise-actions';
import { recordEvent } from '../audit/record';
import { abandonCommands, sendCommandsAgain } from '../engines/command-actions';
import { authorize } from '../identity/authorize';
import { type Actor, job, type PersonActor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { inTransaction, publish, readNow, type Tx } from '../kernel/transaction';
import { listOpenLatches } from '../trading-state/store';
import { tellStuck } from './notice-actions';
import { closeRefusal, isStuck, type Opening, openingOf, troubleKey } from './opening';
import { listOpenings } from './opening-store';
import { type EmergencyRow, findEmergency, isJournalled, listResuming, lockEmergency, updateEmergency } from './store';

const TOPICS = ['emergency', 'overview', 'incidents', 'engines', 'risk'];
const RUNNER = job('emergency-runner');
const cause = (id: string) => ({ kind: 'emergency', id });
const alertOf = (id: string) => fingerprintOf('emergency', 'opening', { kind: 'emergency', id });

/**
 * Looks after emergencies whose systems were told to open: closes those that have all confirmed, and tells people once of
 * each system that refused or has not confirmed in time. What is not confirmed is asked after with its key meanwhile. The
 * worker calls it every 2 s.
 */
export async function closeResumed(): Promise<{ closed: number; stuck: number }> {
  const report = { closed: 0, stuck: 0 };
  for (const { id } of await listResuming()) {
    const openings = await listOpenings(id);
    const now = await readNow();
    const standings = openings.map((one) => openingOf(one, now));
    if (standings.every(({ standing }) => standing === 'confirmed')) {
      report.closed += await closeConfirmed(id, openings.length);
      continue;
    }
    const stuck = standings.filter(isStuck);
    report.stuck += stuck.length;
    if (stuck.length > 0) await tellOfStuck(id, stuck);
  }
  return report;
}

async function closeConfirmed(id: string, confirmedCommands: number): Promise<number> {
  return inTransaction(async (tx) => {
    authorize(RUNNER, 'emergency.resume');
    const row = await lockEmergency(tx, id);
    if (row?.state !== 'resuming') return 0;
    await close(tx, row, RUNNER, { confirmedCommands });
    await resolveAlert(tx, alertOf(id), 'Every system has confirmed that it is open.', RUNNER);
    return 1;
  });
}

async function close(tx: Tx, row: EmergencyRow, actor: Actor, data: Record<string, unknown>): Promise<void> {
  await updateEmergency(tx, row.id, { state: 'closed' });
  recordEvent(tx, {
    type: 'emergency.closed',
    actor,
    subject: { kind: 'emergency', id: row.id },
    portfolioId: row.portfolioId,
    data: { number: row.number, ...data },
  });
  for (const topic of TOPICS) publish(tx, topic);
}

async function tellOfStuck(id: string, stuck: Opening[]): Promise<void> {
  // Read before the lock: most rounds find nothing new to tell.
  const row = await findEmergency(id);
  if (!row) return;
  await inTransaction(async (tx) => {
    authorize(RUNNER, 'emergency.resume');
    const fresh: Opening[] = [];
    for (const one of stuck) if (!(await isJournalled(tx, id, troubleKey(one)))) fresh.push(one);
    if (fresh.length === 0 || (await lockEmergency(tx, id))?.state !== 'resuming') return;
    for (const one of fresh) {
      recordEvent(tx, {
        type: 'emergency.opening-stuck',
        actor: RUNNER,
        subject: { kind: 'emergency', id },
        portfolioId: row.portfolioId,
        data: { line: troubleKey(one), number: row.number, ...lineOf(one) },
      });
    }
    const isFailed = stuck.some(({ standing }) => standing === 'failed');
    const names = [...new Set(stuck.map(({ engineName }) => engineName))].join(', ');
    await raiseAlert(tx, {
      fingerprint: alertOf(id),
      severity: 'high',
      title: `${row.number}: ${names} ${isFailed ? 'did not open again' : 'has not confirmed that it is open'}`,
      body: stuck.map(({ sentence }) => sentence).join('\n'),
      portfolioId: row.portfolioId,
      strategyId: row.strategyId,
      subject: { kind: 'emergency', id },
      link: `/emergency/${id}`,
      nextStep: 'Look at the system; send the command again, or close the emergency with a reason.',
      isTest: row.isDrill,
      actor: RUNNER,
    });
    await tellStuck(tx, row, fresh);
    for (const topic of TOPICS) publish(tx, topic);
  });
}

const lineOf = ({ id, engineName, type, standing, sentence, error }: Opening) => ({
  commandId: id,
  engineName,
  command: type,
  standing,
  sentence,
  error,
});

async function lockOpening(tx: Tx, emergencyId: string): Promise<EmergencyRow> {
  const row = await lockEmergency(tx, emergencyId);
  if (!row) throw notFound('The emergency');
  return row;
}

const openingNow = async (tx: Tx, row: EmergencyRow, now: Date) => {
  if (row.state !== 'resuming')
    throw new DomainError('NOT_OPENING', `${row.number} is ${row.state}: nothing of it is waited for.`);
  return (await listOpenings(row.id, tx)).map((one) => openingOf(one, now));
};

/**
 * Tells a system again what it did not confirm, with the same keys: what it has carried out meanwhile it answers and does
 * not do twice. Refused while trading was restricted again since the resume (RESTRICTED_SINCE): what holds now is then
 * decided there.
 */
export async function sendOpeningAgain(
  actor: PersonActor,
  input: { emergencyId: string; engineId: string },
): Promise<void> {
  await inTransaction(async (tx, now) => {
    const row = await lockOpening(tx, input.emergencyId);
    authorize(actor, 'emergency.resume', { portfolioId: row.portfolioId });
    const lines = (await openingNow(tx, row, now)).filter(({ engineId }) => engineId === input.engineId);
    const [first] = lines;
    if (!first) throw notFound('The system');
    const stuck = lines.filter(isStuck);
    if (stuck.length === 0) throw new DomainError('NOT_STUCK', `${first.engineName} is not late and refused nothing.`);
    const latches = await listOpenLatches([first.portfolioId], tx);
    const newer = row.isDrill ? undefined : latches.find((one) => row.resumedAt && one.openedAt > row.resumedAt);
    if (newer) {
      throw new DomainError(
        'RESTRICTED_SINCE',
        `Trading is ${newer.state} again since the resume (${newer.cause.label}). Lift that instead, or close this with a reason.`,
      );
    }
    await sendCommandsAgain(
      tx,
      first.engineId,
      stuck.map(({ id }) => id),
      actor,
    );
    for (const line of stuck) {
      recordEvent(tx, {
        type: 'emergency.opening-sent-again',
        actor,
        subject: { kind: 'emergency', id: row.id },
        portfolioId: row.portfolioId,
        data: { number: row.number, ...lineOf(line) },
      });
    }
    for (const topic of TOPICS) publish(tx, topic);
  });
}

/**
 * Closes an emergency although a system has not confirmed that it is open, with a reason that stays on the timeline. What
 * was not confirmed is not sent any more. Refused while the systems are still given their time (STILL_OPENING).
 */
export async function closeUnopened(actor: PersonActor, input: { emergencyId: string; reason: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const row = await lockOpening(tx, input.emergencyId);
    authorize(actor, 'emergency.resume', { portfolioId: row.portfolioId });
    const openings = await openingNow(tx, row, now);
    const refusal = closeRefusal(openings);
    if (refusal) throw new DomainError('STILL_OPENING', refusal);
    const stuck = openings.filter(isStuck);
    await abandonCommands(tx, cause(row.id), actor);
    await close(tx, row, actor, { reason: input.reason, unconfirmed: stuck.map(lineOf) });
    await resolveAlert(tx, alertOf(row.id), `Closed by ${actor.name}: ${input.reason}`, actor);
  });
}
