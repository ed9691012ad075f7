import 'server-only';
import { resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { consumeStepUp } from '../../identity/step-up';
import { enabledPeopleWith } from '../../identity/store';
import { type PersonActor, rolesIn } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { instantText } from '../../kernel/format';
import { newId } from '../../kernel/ids';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { fingerprintOfLimit } from '../breaches/breach-batch';
import { releaseCut } from '../breaches/capital-release-actions';
import {
  type ActionRow,
  actionsOf,
  type EpisodeRow,
  findEpisode,
  insertAction,
  lockAction,
  updateAction,
  updateEpisode,
} from '../breaches/episode-store';
import { acceptedCeilingOf } from '../episodes';
import { rebaseMark } from '../equity-curve';
import { loadContext } from '../ingest/context-store';
import { encodeState } from '../ingest/state-codec';
import { saveState } from '../ingest/state-store';
import { limitOf, type Measure } from '../limit-definition';
import { partsOfKey } from '../limits';
import type { RiskState } from '../state';
import { rebasedStrategy } from '../strategy-curve';
import { levelText } from '../views/view-words';
import {
  ACCEPTED_DAYS_AT_MOST,
  type ExitKind,
  type ExitParams,
  exitContent,
  rebasedMark,
  SIGNED_HOURS,
  standingFor,
} from './exit-content';
import { isByTwo, isRiskAndManager, standing } from './four-eyes';
import { holdEpisode } from './held-episode-actions';
import { NEEDS_THE_OTHER } from './signature-actions';

const APPROVERS = ['risk-officer', 'manager'] as const;

/** What still has to be signed: an acceptance takes one of each kind, a rebase any two. */
const MISSING: Record<ExitKind, string> = {
  rebase: 'Signed. One more person is needed, a Risk officer or Manager.',
  accept: NEEDS_THE_OTHER,
};

/**
 * Ends an episode by decision of two people: `rebase` (any two of risk officers and managers) moves the high-water mark to
 * the present value of a unit, `accept` (a risk officer and a manager) lets the breach stand for at most 30 days and a tenth
 * past its worst, unless it recovers before. Each signs with a second factor; the last one needed does it. A signature is
 * for the days, or the mark, that were shown, and falls after 72 h or when that mark moves.
 *
 * `seen` is the hash of what the person was shown. Throws NOT_OPEN, INVALID, CONTENT_MOVED, SELF_APPROVAL, STEP_UP_REQUIRED,
 * FORBIDDEN.
 */
export async function endEpisode(
  actor: PersonActor,
  input: { episodeId: string; kind: ExitKind; days: number | null; reason: string; seen?: string; stepUp: string },
): Promise<{ done: boolean; text: string }> {
  return inTransaction(async (tx, now) => {
    const found = await findEpisode(input.episodeId, tx);
    if (!found) throw notFound('The breach');
    authorize(actor, 'limit.loosen', { portfolioId: found.portfolioId });
    const { episode, state } = await holdEpisode(tx, found);
    refuseUnfit(episode, input);
    const role = APPROVERS.find((r) => rolesIn(actor.grants, episode.portfolioId).includes(r));
    if (!role) throw new DomainError('FORBIDDEN', 'Two people do this together: Risk officers or Managers.');
    const mark = input.kind === 'rebase' ? (rebasedMark(state, episode.key)?.mark ?? null) : null;
    const hash = exitContent(episode, input.kind, input.days, mark);
    if (input.seen && input.seen !== hash) throw new DomainError('CONTENT_MOVED', MOVED[input.kind]);
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: `risk.${input.kind}`,
      contentHash: hash,
    });
    const waiting = await waitingExit(tx, episode, input, now);
    const params = waiting.params as ExitParams;
    const people = await enabledPeopleWith([...APPROVERS], episode.portfolioId, tx);
    const given = standingFor(params.approvals, hash, now);
    const earlier = standing(given, people);
    const fallen = params.approvals.filter((a) => !given.includes(a));
    if (earlier.some((a) => a.personId === actor.personId)) {
      throw new DomainError('SELF_APPROVAL', 'You have signed this already. It takes another person.');
    }
    const { personId, name } = actor;
    const approvals = [...earlier, { personId, name, role, at: now.toISOString(), factor, content: hash }];
    const done = input.kind === 'accept' ? isRiskAndManager(approvals, people) : isByTwo(approvals, people);
    // Nobody accepts more than the first who signed was shown, however far it went until the second did.
    const present = input.kind === 'accept' ? ceilingOf(state, episode) : null;
    const kept = earlier.length > 0 && params.ceiling ? new Decimal(params.ceiling) : null;
    const ceiling = kept && present ? Decimal.min(kept, present) : (kept ?? present);
    await updateAction(tx, waiting.id, {
      params: { ...params, approvals, ceiling: ceiling?.toFixed() ?? null },
      ...(done ? { state: 'confirmed' as const, settledAt: now, decidedByName: actor.name, decidedAt: now } : {}),
    });
    recordEvent(tx, {
      type: done ? `risk.episode-${input.kind === 'rebase' ? 'rebased' : 'accepted'}` : 'risk.exit-approved',
      actor,
      subject: { kind: 'breach-episode', id: episode.id },
      portfolioId: episode.portfolioId,
      data: {
        number: episode.number,
        kind: input.kind,
        days: input.days,
        reason: input.reason,
        contentHash: hash,
        mark: mark?.toFixed() ?? null,
        fallen: fallen.map((a) => a.personId),
        role,
        factor,
      },
    });
    if (done) await apply(tx, { episode, state }, { ...input, ceiling }, actor, now);
    for (const topic of ['risk', 'overview', 'launch']) publish(tx, topic);
    const text = input.kind === 'rebase' ? 'The high-water mark was rebased.' : 'The breach is accepted.';
    return { done, text: done ? text : `${fallenText(fallen, input.kind)}${MISSING[input.kind]}` };
  });
}

/** How far an acceptance signed now reaches. */
const ceilingOf = (state: RiskState, { key, worstValue }: EpisodeRow): Decimal | null =>
  acceptedCeilingOf(state.episodes[key] ?? { worst: new Decimal(worstValue ?? 1) });

const MOVED: Record<ExitKind, string> = {
  rebase: 'The high-water mark has moved since this was shown. Look at the new one, and sign for it.',
  accept: 'This is not what was shown. Look at it again, and sign for it.',
};

/** Whose signatures fell since, and why: they were given for another mark, or too long ago. */
function fallenText(fallen: ExitParams['approvals'], kind: ExitKind): string {
  if (fallen.length === 0) return '';
  const names = fallen.map((a) => a.name).join(' and ');
  const why =
    kind === 'rebase' ? `the mark has moved or ${SIGNED_HOURS} h have passed` : `${SIGNED_HOURS} h have passed`;
  return `What ${names} signed fell, since ${why}. `;
}

function refuseUnfit(episode: EpisodeRow, input: { kind: ExitKind; days: number | null }): void {
  if (!['open', 'acknowledged'].includes(episode.state)) {
    throw new DomainError('NOT_OPEN', `${episode.number} is ${episode.state}. Nothing was changed.`);
  }
  if (input.kind === 'accept' && episode.tier !== 'hard') {
    throw new DomainError(
      'INVALID',
      'Only a breach is accepted. This one warns before its limit and restricts nothing.',
    );
  }
  if (input.kind === 'rebase' && episode.measure !== 'drawdown') {
    throw new DomainError('INVALID', 'Only a drawdown has a high-water mark to rebase.');
  }
  if (input.kind === 'rebase' && input.days !== null) {
    throw new DomainError('INVALID', 'A rebase has no days: it holds for good.');
  }
  if (input.kind === 'accept' && (!input.days || input.days < 1 || input.days > ACCEPTED_DAYS_AT_MOST)) {
    throw new DomainError('INVALID', `A breach is accepted for 1 to ${ACCEPTED_DAYS_AT_MOST} days.`);
  }
}

async function waitingExit(
  tx: Tx,
  episode: EpisodeRow,
  input: { kind: ExitKind; days: number | null; reason: string },
  now: Date,
): Promise<ActionRow> {
  const held = (await actionsOf([episode.id], tx)).find(
    (a) => a.type === input.kind && a.state === 'proposed' && (a.params as ExitParams).days === input.days,
  );
  const id = held?.id ?? newId();
  if (!held) {
    await insertAction(tx, {
      id,
      episodeId: episode.id,
      rung: `${input.kind}:${id}`,
      type: input.kind,
      priority: episode.priority,
      reason: input.reason,
      params: { kind: input.kind, days: input.days, approvals: [] } satisfies ExitParams,
      state: 'proposed',
      automatic: false,
      proposedAt: now,
    });
  }
  const row = await lockAction(tx, id);
  if (!row) throw new Error('the exit vanished');
  return row;
}

/** "BR-0042 is accepted until 23 Dec, up to 11.7 %." */
async function acceptedText(
  tx: Tx,
  episode: EpisodeRow,
  { until, ceiling, now }: { until: Date; ceiling: Decimal | null; now: Date },
): Promise<string> {
  const zone = (await loadContext(episode.portfolioId, tx))?.portfolio.timeZone ?? 'UTC';
  const limit = limitOf(episode.measure as Measure, 'portfolio', episode.limitValue);
  const bound = ceiling ? `, up to ${levelText(limit, ceiling)}` : '';
  return `${episode.number} is accepted until ${instantText(until, zone, now)}${bound}.`;
}

async function apply(
  tx: Tx,
  { episode, state }: { episode: EpisodeRow; state: RiskState },
  input: { kind: ExitKind; days: number | null; ceiling: Decimal | null },
  actor: PersonActor,
  now: Date,
): Promise<void> {
  const held = state.episodes[episode.key];
  if (input.kind === 'accept') {
    const until = new Date(now.getTime() + (input.days ?? 0) * 86_400_000);
    const { ceiling } = input;
    const accepted = { state: 'accepted' as const, acceptedUntil: until };
    await updateEpisode(tx, episode.id, { ...accepted, acceptedCeiling: ceiling?.toFixed() ?? null });
    const episodes = held
      ? { ...state.episodes, [episode.key]: { ...held, ...accepted, acceptedCeiling: ceiling } }
      : state.episodes;
    await saveState(tx, episode.portfolioId, { state: encodeState({ ...state, episodes }) });
    await resolveAlert(tx, fingerprintOfLimit(episode.key), await acceptedText(tx, episode, { until, ceiling, now }));
    return;
  }
  const { scope } = partsOfKey(episode.key);
  const own = scope.id === null ? undefined : state.strategies[scope.id];
  // States remembered from before have the old mark: late rows are not folded on from them.
  const refolds = (state.refolds ?? 0) + 1;
  const next: RiskState = { ...state, refolds, windows: { ...state.windows, [episode.key]: [] } };
  if (scope.kind === 'strategy' && scope.id && own) {
    next.strategies = { ...state.strategies, [scope.id]: rebasedStrategy(own, now, state.day?.key ?? '') };
  } else if (state.curve && state.last) {
    next.curve = rebaseMark(state.curve, state.last.equity, now, state.day?.key ?? '');
    // Under every basis the mark is that of the curve now.
    delete next.mark;
  }
  next.rebased = { ...state.rebased, [scope.kind === 'strategy' ? (scope.id ?? '') : '']: now };
  if (held) next.episodes = { ...state.episodes, [episode.key]: { ...held, state: 'rebased', clearedAt: now } };
  await updateEpisode(tx, episode.id, { state: 'rebased', clearedAt: now });
  await saveState(tx, episode.portfolioId, { state: encodeState(next) });
  await resolveAlert(tx, fingerprintOfLimit(episode.key), `${episode.number}: the high-water mark was rebased.`);
  const loaded = await loadContext(episode.portfolioId, tx);
  if (loaded) await releaseCut(tx, episode.id, loaded, actor);
}
