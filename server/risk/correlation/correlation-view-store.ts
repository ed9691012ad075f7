import 'server-only';
import type { Actor } from '../../kernel/actor';
import { readNow } from '../../kernel/transaction';
import { type EpisodeRow, listOpenEpisodes } from '../breaches/episode-store';
import { limitFor, setsInForce } from '../limits';
import type { CorrelationView } from '../views/view';
import { contextFor } from '../views/view-store';
import { type CorrelationRow, newestCorrelations } from './correlation-store';
import { UNKNOWN_ACCEPTED_DAYS, unknownPairContent, unknownPairKey } from './unknown-pair-content';

/** Correlations of the newest day that closed; unknown ones with who accepted that, and what to sign to do so. */
export async function correlationView(actor: Actor, portfolioId: string): Promise<CorrelationView> {
  const loaded = await contextFor(actor, portfolioId);
  const [rows, open, now] = await Promise.all([
    newestCorrelations(portfolioId),
    listOpenEpisodes([portfolioId]),
    readNow(),
  ]);
  const limit = limitFor(
    setsInForce(loaded.evaluation.sets, now),
    { measure: 'correlation', appliesTo: 'portfolio', subject: null },
    now,
  );
  const present = new Set(rows.flatMap((r) => [r.left, r.right]));
  const accepted = open.filter((e) => e.tier === 'unknown' && e.acceptedUntil && e.acceptedUntil > now);
  return {
    day: rows[0]?.day ?? null,
    names: loaded.strategies.filter((s) => present.has(s.id)).map(({ id, name }) => ({ id, name })),
    pairs: rows.map((row) => pairView(row, portfolioId, accepted)),
    hard: limit?.hard.toFixed() ?? '0.70',
  };
}

function pairView(row: CorrelationRow, portfolioId: string, accepted: readonly EpisodeRow[]) {
  const { left, right, r, overlap, splicedDays } = row;
  const subject = [left, right].sort().join('+');
  const episode = accepted.find((e) => e.key === unknownPairKey(portfolioId, subject));
  const contentHash = unknownPairContent(portfolioId, subject, UNKNOWN_ACCEPTED_DAYS);
  return {
    left,
    right,
    r,
    overlap,
    splicedDays,
    acceptance: r === null ? { subject, days: UNKNOWN_ACCEPTED_DAYS, contentHash } : null,
    acceptedBy: episode?.acknowledgedByName ?? null,
    acceptedUntil: episode?.acceptedUntil ?? null,
  };
}
