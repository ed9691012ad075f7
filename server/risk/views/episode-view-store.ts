import 'server-only';
import type { Actor } from '../../kernel/actor';
import { Decimal, ONE } from '../../kernel/decimal';
import { amountText } from '../../kernel/format';
import { readNow } from '../../kernel/transaction';
import { type LatchRow, listOpenLatches } from '../../trading-state/store';
import { isPolicyRef } from '../breaches/automatic-policy';
import { type ActionRow, actionsOf, type EpisodeRow, listEpisodes } from '../breaches/episode-store';
import type { Proposal } from '../breaches/proposals';
import { decisionContent } from '../decisions/decision-content';
import {
  ACCEPTED_DAYS_AT_MOST,
  type ExitParams,
  exitContent,
  lapseOf,
  rebasedMark,
  standingFor,
} from '../decisions/exit-content';
import { acceptedCeilingOf } from '../episodes';
import { markInMoney } from '../equity-curve';
import type { LoadedContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { findState, type LimitStateRow, listLimitStates } from '../ingest/state-store';
import { type Limit, limitOf, type Measure, type ScopeKind } from '../limit-definition';
import { limitFor, partsOfKey, setsInForce } from '../limits';
import { EMPTY_STATE, type RiskState } from '../state';
import { standingWords } from './standing-words';
import type { ActionView, EpisodeView } from './view';
import { contextFor, maxAgeAt, namesOf } from './view-store';
import { actionText, clearsText, levelText, limitTitle, subjectText, warningClearsText } from './view-words';

const EXITS = ['rebase', 'accept'];
const PROPOSALS = ['reduce-positions', 'reduce-position', 'raise-cash', 'cut-capital'];

function actionView(row: ActionRow, loaded: LoadedContext, isLapsed: boolean): ActionView {
  const names = namesOf(loaded);
  const proposal =
    PROPOSALS.includes(row.type) && row.rung.includes(':proposal') ? decodeState<Proposal>(row.params) : null;
  const targets = proposal && 'targets' in proposal ? proposal.targets : [];
  return {
    id: row.id,
    type: row.type,
    ...actionText(row.type, proposal, { currency: loaded.portfolio.currency, names }),
    state: isLapsed ? 'expired' : row.state,
    automatic: row.automatic || isPolicyRef(row.decidedBy),
    proposedAt: row.proposedAt,
    decidedBy: row.decidedByName,
    decidedAt: row.decidedAt,
    signers: EXITS.includes(row.type) ? (row.params as ExitParams).approvals.map(({ name }) => name) : [],
    reason: row.reason,
    decisionReason: row.decisionReason || null,
    settledAt: row.settledAt,
    error: row.error,
    contentHash: decisionContent(row),
    targets: targets.map((t) => ({
      strategy: names(t.strategy),
      instrument: t.instrument,
      from: t.from.toFixed(),
      to: t.to.toFixed(),
    })),
  };
}

function episodeView(row: EpisodeRow, actions: readonly ActionRow[], loaded: LoadedContext, about: Facts): EpisodeView {
  const measure = row.measure as Measure;
  const names = namesOf(loaded);
  const isOver = row.clearedAt !== null;
  const limit = limitOf(measure, 'portfolio', row.limitValue);
  const inForce = isOver ? limit : limitNow(row, loaded, about.now);
  const newest = isOver ? undefined : about.limits.find(({ key }) => key === row.key);
  const subject = subjectText(measure, row.subject, row.strategyId, names);
  const own = actions.filter((a) => a.episodeId === row.id);
  const exits = exitsOf(row, own, { ...about, currency: loaded.portfolio.currency });
  const ceiling = row.worstValue === null ? null : acceptedCeilingOf({ worst: new Decimal(row.worstValue) });
  return {
    id: row.id,
    number: row.number,
    measure,
    title: subject ? `${limitTitle(measure, row.scope)} ${subject}` : limitTitle(measure, row.scope),
    sentence: measure === 'correlation' ? row.sentence.replace(row.subject, subject ?? row.subject) : row.sentence,
    place: row.strategyId ? names(row.strategyId) : loaded.portfolio.name,
    tier: row.tier,
    state: row.state,
    severity: row.severity as EpisodeView['severity'],
    openedAt: row.openedAt,
    clearedAt: row.clearedAt,
    acknowledgedBy: row.acknowledgedByName,
    acceptedUntil: row.acceptedUntil,
    acceptedUpTo: row.acceptedCeiling === null ? null : levelText(limit, new Decimal(row.acceptedCeiling)),
    late: row.late,
    standing: {
      ...standingWords(row, newest, { opened: limit, inForce }, loaded.portfolio.currency),
      maxAgeMs: maxAgeAt(newest?.asOf ?? null, loaded),
    },
    restrictions: about.latches
      .filter(({ cause }) => cause.kind === 'breach' && cause.id === row.id)
      .map(({ state, scope, exitRule, earliestExitAt }) => ({
        state,
        place: scope.strategyId ? names(scope.strategyId) : loaded.portfolio.name,
        exit: exitRule,
        earliestExitAt,
      })),
    clears: row.tier === 'soft' ? warningClearsText(inForce) : clearsText(inForce),
    actions: own.map((a) => actionView(a, loaded, exits.lapsed.has(a.id))),
    exits: {
      ...exits.shown,
      acceptUpTo: ceiling && levelText(limit, ceiling),
    },
  };
}

/** What episodes are shown with: the state they are in, the newest verdicts, and what restricts trading. */
type Facts = { state: RiskState; now: Date; limits: readonly LimitStateRow[]; latches: readonly LatchRow[] };

/** The limit that a running episode is judged by now: people may have set its recovery apart, or moved it since. */
function limitNow(row: EpisodeRow, { evaluation }: LoadedContext, now: Date): Limit {
  const { measure, scope: appliesTo } = row as EpisodeRow & { measure: Measure; scope: ScopeKind };
  const { scope, subject } = partsOfKey(row.key);
  const found = limitFor(setsInForce(evaluation.sets, now), { measure, appliesTo, scope, subject }, now);
  return found ?? limitOf(measure, appliesTo, row.limitValue);
}

type Exits = Omit<EpisodeView['exits'], 'acceptUpTo'>;

/** What may be signed to end an episode, what one person has signed, and which actions of that kind have fallen. */
function exitsOf(
  row: EpisodeRow,
  own: readonly ActionRow[],
  { state, now, currency }: { state: RiskState; now: Date; currency: string },
): { shown: Exits; lapsed: Set<string> } {
  const isOpen = row.tier === 'hard' && ['open', 'acknowledged'].includes(row.state);
  const found = row.measure === 'drawdown' ? rebasedMark(state, row.key) : null;
  const contentOf = (kind: 'rebase' | 'accept', days: number | null) =>
    exitContent(row, kind, days, kind === 'rebase' ? (found?.mark ?? null) : null);
  const lapsed = new Set<string>();
  const waiting: Exits['waiting'] = [];
  for (const action of own) {
    if ((action.type !== 'rebase' && action.type !== 'accept') || action.state !== 'proposed') continue;
    const { kind, days, approvals } = action.params as ExitParams;
    const stand = isOpen ? standingFor(approvals, contentOf(kind, days), now) : [];
    const [first] = stand;
    if (!first) lapsed.add(action.id);
    else
      waiting.push({
        kind,
        days,
        reason: action.reason,
        names: stand.map((one) => one.name),
        personIds: stand.map((one) => one.personId),
        lapsesAt: lapseOf(first),
      });
  }
  const money = found && markInMoney(found.curve, ONE, found.mark).highWater;
  const value = found?.curve.unitValue.mul(found.curve.units).plus(found.curve.unpriced);
  const shown: Exits = {
    rebase:
      isOpen && money && value
        ? {
            contentHash: contentOf('rebase', null),
            highWater: amountText(money, currency),
            value: amountText(value, currency),
          }
        : null,
    accept: isOpen ? Array.from({ length: ACCEPTED_DAYS_AT_MOST }, (_, i) => contentOf('accept', i + 1)) : [],
    waiting,
  };
  return { shown, lapsed };
}

/** Episodes of the last six months and those that run, newest first, with what was done and proposed. */
export async function episodesView(actor: Actor, portfolioId: string): Promise<EpisodeView[]> {
  const loaded = await contextFor(actor, portfolioId);
  const [now, held, limits, latches] = await Promise.all([
    readNow(),
    findState(portfolioId),
    listLimitStates(portfolioId),
    listOpenLatches([portfolioId]),
  ]);
  const state = held ? decodeState<RiskState>(held.state) : EMPTY_STATE;
  const rows = await listEpisodes(portfolioId, new Date(now.getTime() - 183 * 86_400_000));
  const actions = await actionsOf(rows.map((r) => r.id));
  return rows.map((row) => episodeView(row, actions, loaded, { state, now, limits, latches }));
}
