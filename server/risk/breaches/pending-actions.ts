import 'server-only';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import type { Tx } from '../../kernel/transaction';
import { releaseLatch } from '../../trading-state/actions';
import { listOpenLatches } from '../../trading-state/store';
import type { Episode } from '../episodes';
import type { LoadedContext } from '../ingest/context-store';
import { limitKey, type Verdict } from '../limits';
import type { RiskState } from '../state';
import { FRESH_SAMPLES_TO_CLEAR } from '../unknown';
import { fingerprintOfLimit, fingerprintOfPending, RISK_JOB } from './breach-batch';
import { breachTitle } from './breach-words';
import { pendingKeys } from './episode-drive';
import { tellStateNow } from './restriction-actions';

/**
 * A first breach that is not confirmed yet is listed as pending and tells nobody; it goes when the next sample is fine. A
 * warning that stands keeps its own alert: what waits for confirmation beside it is another, and neither ends the other.
 */
export async function tellPending(
  tx: Tx,
  before: RiskState,
  after: RiskState,
  verdicts: readonly Verdict[],
  loaded: LoadedContext,
): Promise<void> {
  const was = new Set(pendingKeys(before));
  const is = new Set(pendingKeys(after));
  for (const verdict of verdicts) {
    const key = limitKey(verdict);
    if (is.has(key) && !was.has(key)) {
      await raiseAlert(tx, {
        fingerprint: isWarning(after.episodes[key]) ? fingerprintOfPending(key) : fingerprintOfLimit(key),
        severity: 'medium',
        title: breachTitle(verdict, true),
        body: 'Seen in one sample and not confirmed; no new risk is allowed until the next one decides.',
        portfolioId: loaded.portfolio.id,
        subject: { kind: 'portfolio', id: loaded.portfolio.id },
        link: '/risk',
        isPending: true,
        actor: RISK_JOB,
      });
    }
  }
  for (const key of was) {
    const episode = after.episodes[key];
    if (is.has(key)) continue;
    await resolveAlert(tx, fingerprintOfPending(key), NOT_CONFIRMED);
    if (!episode || episode.clearedAt) await resolveAlert(tx, fingerprintOfLimit(key), NOT_CONFIRMED);
  }
}

const NOT_CONFIRMED = 'Not confirmed: the next sample was within the limit.';

/** A soft episode that runs: its alert is firing. */
const isWarning = (episode: Episode | undefined): boolean => episode?.tier === 'soft' && !episode.clearedAt;

/** Takes `stale` REDUCING latches off after three fresh samples; true when there was one. */
export async function liftStale(tx: Tx, fresh: number, loaded: LoadedContext): Promise<boolean> {
  if (fresh < FRESH_SAMPLES_TO_CLEAR) return false;
  const open = await listOpenLatches([loaded.portfolio.id], tx);
  const stale = open.filter((l) => l.exitRule === 'fresh-samples' && l.cause.kind === 'stale');
  for (const latch of stale) {
    await releaseLatch(tx, latch.id, {
      actor: RISK_JOB,
      reason: `${FRESH_SAMPLES_TO_CLEAR} fresh samples within limits.`,
    });
    await tellStateNow(tx, latch.scope, loaded, `lift:${latch.id}`, RISK_JOB);
  }
  return stale.length > 0;
}
