import 'server-only';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { readNow } from '../../kernel/transaction';
import { type ActionRow, actionsOf, type EpisodeRow, listEpisodes } from '../breaches/episode-store';
import type { Proposal } from '../breaches/proposals';
import { decisionContent } from '../decisions/decision-content';
import { exitContent } from '../decisions/exit-content';
import { acceptedCeilingOf } from '../episodes';
import type { LoadedContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { limitOf, type Measure } from '../limit-definition';
import type { ActionView, EpisodeView } from './view';
import { contextFor, namesOf } from './view-store';
import { actionText, clearsText, levelText, limitTitle, subjectText } from './view-words';

const PROPOSALS = ['reduce-positions', 'reduce-position', 'raise-cash', 'cut-capital'];

function actionView(row: ActionRow, loaded: LoadedContext): ActionView {
  const names = namesOf(loaded);
  const proposal =
    PROPOSALS.includes(row.type) && row.rung.includes(':proposal') ? decodeState<Proposal>(row.params) : null;
  const targets = proposal && 'targets' in proposal ? proposal.targets : [];
  return {
    id: row.id,
    type: row.type,
    ...actionText(row.type, proposal, { currency: loaded.portfolio.currency, names }),
    state: row.state,
    automatic: row.automatic,
    proposedAt: row.proposedAt,
    decidedBy: row.decidedByName,
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

function episodeView(row: EpisodeRow, actions: readonly ActionRow[], loaded: LoadedContext): EpisodeView {
  const measure = row.measure as Measure;
  const names = namesOf(loaded);
  const limit = limitOf(measure, 'portfolio', row.limitValue);
  const subject = subjectText(measure, row.subject, row.strategyId, names);
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
    clears: clearsText(limit),
    actions: actions.filter((a) => a.episodeId === row.id).map((a) => actionView(a, loaded)),
    exits: {
      rebase: measure === 'drawdown' ? exitContent(row, 'rebase', null) : null,
      accept: exitContent(row, 'accept', ACCEPT_DAYS),
      acceptUpTo: ceiling && levelText(limit, ceiling),
    },
  };
}

/** The days an acceptance is offered for on the page. */
export const ACCEPT_DAYS = 30;

/** Episodes of the last six months and those that run, newest first, with what was done and proposed. */
export async function episodesView(actor: Actor, portfolioId: string): Promise<EpisodeView[]> {
  const loaded = await contextFor(actor, portfolioId);
  const now = await readNow();
  const rows = await listEpisodes(portfolioId, new Date(now.getTime() - 183 * 86_400_000));
  const actions = await actionsOf(rows.map((r) => r.id));
  return rows.map((row) => episodeView(row, actions, loaded));
}
