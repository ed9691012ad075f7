import 'server-only';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import { instantText } from '../../kernel/format';
import type { Tx } from '../../kernel/transaction';
import { HALT_EARLIEST_MS } from '../../trading-state/lifting';
import type { Change } from '../episodes';
import { MEASURE_LABEL } from '../limit-definition';
import { partsOfKey } from '../limits';
import { graver } from '../severity';
import {
  actorOf,
  type Breaches,
  fingerprintOfLimit,
  fingerprintOfPending,
  type Held,
  type ReachedRung,
  verdictOfChange,
} from './breach-batch';
import { breachTitle, responseText, severityIn } from './breach-words';
import { updateEpisode } from './episode-store';

/** Raises the one alert of a limit for what changed in this batch, or resolves it when the episode cleared last. */
export async function tellPeople(
  tx: Tx,
  key: string,
  changes: readonly Change[],
  episode: Held,
  rungs: readonly ReachedRung[],
  breaches: Breaches,
): Promise<void> {
  const own = changes.filter((c) => c.key === key);
  const opened = own.filter((c) => c.kind !== 'cleared');
  if (opened.length > 0) await tellOpened(tx, key, opened, episode, rungs, breaches);
  if (own.at(-1)?.kind === 'cleared') {
    const text = `${episode.number} cleared: the value is inside its recovery threshold.`;
    await resolveAlert(tx, fingerprintOfLimit(key), text);
  }
}

async function tellOpened(
  tx: Tx,
  key: string,
  opened: readonly Change[],
  episode: Held,
  rungs: readonly ReachedRung[],
  breaches: Breaches,
): Promise<void> {
  const { loaded, now, late } = breaches;
  const parts = partsOfKey(key);
  const isHard = (c: Change) => c.kind === 'rung' || c.tier === 'hard';
  const hard = opened.some(isHard);
  const newest = opened.findLast((c) => isHard(c) === hard) as Change;
  const verdict = verdictOfChange(newest, breaches);
  const severities = opened.map((c) => severityIn(verdictOfChange(c, breaches), isHard(c)));
  const earliest = instantText(new Date(now.getTime() + HALT_EARLIEST_MS), loaded.portfolio.timeZone, now);
  const responses = rungs
    .filter((r) => r.change.key === key)
    .map((r) => responseText(r.response, r.proposal, earliest));
  const strategy = loaded.strategies.find((s) => s.id === parts.scope.id);
  const alertId = await raiseAlert(tx, {
    fingerprint: fingerprintOfLimit(key),
    severity: severities.reduce(graver),
    title: breachTitle(verdict, hard),
    body: [
      `${episode.number} in ${loaded.portfolio.name}${strategy ? `, ${strategy.name}` : ''}${late ? ', found in a late sample' : ''}.`,
      opened.some((c) => c.kind === 'reopened' && c.isAnew) ? 'It went past what two people had accepted.' : '',
      opened.every((c) => c.kind === 'worsened') ? 'It got worse. What was done before stands.' : '',
      ...responses,
      hard ? '' : 'Nothing is done by itself: this warns before the limit.',
    ]
      .filter(Boolean)
      .join(' '),
    portfolioId: loaded.portfolio.id,
    strategyId: strategy?.id ?? null,
    subject: { kind: 'breach-episode', id: episode.id },
    link: `/risk?episode=${episode.number}`,
    facts: { Portfolio: loaded.portfolio.name, Limit: MEASURE_LABEL[parts.measure], Breach: episode.number },
    actor: actorOf(breaches),
  });
  if (hard) await resolveAlert(tx, fingerprintOfPending(key), `Confirmed: see ${episode.number}.`);
  await updateEpisode(tx, episode.id, { alertId });
}
