import 'server-only';
import { recordEvent } from '../../audit/record';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { nextNumber, type Tx } from '../../kernel/transaction';
import { type Change, openEpisodes } from '../episodes';
import { encodeState } from '../ingest/state-codec';
import { PRIORITY } from '../limit-definition';
import { limitKey, partsOfKey, type Verdict } from '../limits';
import { graver, type Severity } from '../severity';
import type { RiskState } from '../state';
import { actorOf, type Breaches, type Held, verdictOfChange } from './breach-batch';
import { breachTitle, severityIn } from './breach-words';
import {
  type EpisodeRow,
  findNewest,
  findRunning,
  insertEpisode,
  lockEpisode,
  updateEpisode,
  updateFigures,
} from './episode-store';
import { responseTo } from './response';

/** The episode of each changed limit: the one on record, or a new number for one that opens. */
export async function episodesOf(tx: Tx, changes: readonly Change[], { loaded }: Breaches): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for (const { key, kind } of changes) {
    if (held.has(key)) continue;
    const { id: portfolioId } = loaded.portfolio;
    const row = kind === 'opened' ? undefined : await findNewest(tx, portfolioId, key);
    held.set(key, row ?? { id: newId(), number: await nextNumber(tx, 'breach') });
  }
  return held;
}

const measuredValue = ({ reading }: Verdict): Decimal | null => (reading.kind === 'value' ? reading.value : null);

/** Writes one change into the record of its episode, with its event. */
export async function keepEpisode(tx: Tx, change: Change, held: Map<string, Held>, breaches: Breaches): Promise<void> {
  const { loaded, late } = breaches;
  const portfolioId = loaded.portfolio.id;
  const parts = partsOfKey(change.key);
  const verdict = verdictOfChange(change, breaches);
  const episode = held.get(change.key) as Held;
  const running = breaches.isPast ? await lockEpisode(tx, episode.id) : await findRunning(tx, portfolioId, change.key);
  if (change.kind === 'opened' && !running) {
    await insertEpisode(tx, openedRow(change, episode, verdict, breaches));
  } else if (change.kind === 'cleared') {
    // What ended before an episode began is not its end.
    if (running && running.openedAt <= change.at) {
      const currentValue = measuredValue(verdict)?.toFixed() ?? null;
      await updateEpisode(tx, running.id, { state: 'cleared', clearedAt: change.at, currentValue });
    }
  } else {
    const row = running ?? (await findNewest(tx, portfolioId, change.key));
    if (row) await updateEpisode(tx, row.id, keptAs(row, change, verdict, breaches));
  }
  recordEvent(tx, {
    type: change.kind === 'rung' ? 'risk.rung-reached' : `risk.episode-${change.kind}`,
    actor: actorOf(breaches),
    subject: { kind: 'breach-episode', id: episode.id },
    portfolioId,
    occurredAt: change.at,
    data: {
      number: episode.number,
      ...parts,
      strategyId: parts.scope.kind === 'strategy' ? parts.scope.id : null,
      tier: change.kind === 'rung' ? 'hard' : change.tier,
      ...(change.kind === 'rung'
        ? { rung: change.rung, response: responseTo(parts.measure, change.rung), again: change.isAgain ?? false }
        : {}),
      sentence: verdict.sentence,
      limit: verdict.limit.hard.toFixed(),
      level: change.level.toFixed(6),
      late,
    },
  });
}

const deciding = (key: string, { state }: Breaches) => encodeState(state.windows[key] ?? []);

function openedRow(
  change: Exclude<Change, { kind: 'rung' }>,
  episode: Held,
  verdict: Verdict,
  breaches: Breaches,
): Parameters<typeof insertEpisode>[1] {
  const parts = partsOfKey(change.key);
  const isHard = change.tier === 'hard';
  const value = measuredValue(verdict)?.toFixed() ?? null;
  return {
    id: episode.id,
    number: episode.number,
    portfolioId: breaches.loaded.portfolio.id,
    strategyId: parts.scope.kind === 'strategy' ? parts.scope.id : null,
    key: change.key,
    measure: parts.measure,
    scope: parts.scope.kind,
    subject: parts.subject ?? '',
    tier: change.tier,
    state: 'open',
    openedAt: change.at,
    recordedAt: breaches.now,
    openedValue: value,
    worstValue: change.level.toFixed(),
    currentValue: value,
    limitValue: verdict.limit.hard.toFixed(),
    severity: severityIn(verdict, isHard),
    priority: PRIORITY[parts.measure],
    sentence: breachTitle(verdict, isHard),
    late: breaches.late,
    decidingSamples: deciding(change.key, breaches),
  };
}

function keptAs(row: EpisodeRow, change: Change, verdict: Verdict, breaches: Breaches): Partial<EpisodeRow> {
  const isHard = change.kind === 'rung' || change.tier === 'hard';
  const again =
    change.kind === 'reopened'
      ? {
          state: 'open' as const,
          clearedAt: null,
          acceptedUntil: null,
          acceptedCeiling: null,
          reopened: row.reopened + 1,
        }
      : {};
  const tier = isHard ? ('hard' as const) : row.tier;
  const isNews = (tier === 'hard' && row.tier !== 'hard') || change.kind === 'worsened' || change.kind === 'reopened';
  return {
    ...again,
    tier,
    worstValue: Decimal.max(row.worstValue ?? 0, change.level).toFixed(),
    currentValue: measuredValue(verdict)?.toFixed() ?? null,
    severity: graver(row.severity as Severity, severityIn(verdict, isHard)),
    ...(isNews ? { sentence: breachTitle(verdict, isHard) } : {}),
    decidingSamples: deciding(change.key, breaches),
  };
}

/** Keeps how far each running episode is now, and was at worst, with every evaluation; nothing while none runs. */
export async function keepFigures(
  tx: Tx,
  portfolioId: string,
  state: RiskState,
  verdicts: readonly Verdict[],
): Promise<void> {
  const running = openEpisodes(Object.values(state.episodes));
  if (running.length === 0) return;
  const figures = verdicts.flatMap((verdict) => {
    const episode = running.find(({ key }) => key === limitKey(verdict));
    return episode
      ? [{ key: episode.key, value: measuredValue(verdict)?.toFixed() ?? null, worst: episode.worst.toFixed() }]
      : [];
  });
  await updateFigures(tx, portfolioId, figures);
}
