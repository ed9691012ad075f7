import 'server-only';
import { changeText, lapsesAt } from '../../capital/instrument-correction';
import { correctionsThatWait } from '../../capital/instrument-correction-store';
import { leverageState } from '../../capital/leverage';
import { listLeverage } from '../../capital/leverage-store';
import { type Action, leaveFor } from '../../identity/permissions';
import type { PersonActor } from '../../kernel/actor';
import { percentText } from '../../kernel/format';
import { readNow } from '../../kernel/transaction';
import { listLiftedLatches, listOpenLatches } from '../../trading-state/store';
import { listProposals } from '../breaches/episode-store';
import type { Proposal } from '../breaches/proposals';
import { SIGNED_HOURS } from '../decisions/exit-content';
import { decodeState } from '../ingest/state-codec';
import { isOverride, listWaitingLimits } from '../limit-sets/limit-store';
import { overrideName } from '../limit-sets/override-change';
import { episodesView } from './episode-view-store';
import type { MyActionView } from './view';
import { contextFor, namesOf } from './view-store';
import { actionText } from './view-words';

const canDo = (actor: PersonActor, action: Action, portfolioId: string): boolean =>
  leaveFor(actor.grants, action, portfolioId) !== null;

const EXIT_TITLE = {
  rebase: 'Second person to rebase the high-water mark',
  accept: 'Second person to accept a breach',
};

const PROPOSALS = ['reduce-positions', 'reduce-position', 'raise-cash', 'cut-capital'];

/** What waits for this person in the risk of a portfolio: proposals to decide, limits to approve, latches to lift. */
export async function myRiskActions(actor: PersonActor, portfolioId: string): Promise<MyActionView> {
  const loaded = await contextFor(actor, portfolioId);
  const about = { currency: loaded.portfolio.currency, names: namesOf(loaded) };
  const items: MyActionView = [];
  const now = await readNow();
  if (canDo(actor, 'breach.decide', portfolioId)) {
    for (const { action, episode } of await listProposals([portfolioId])) {
      if (!PROPOSALS.includes(action.type)) continue;
      const { title } = actionText(action.type, decodeState<Proposal>(action.params), about);
      items.push({
        key: action.id,
        kind: 'decision',
        severity: episode.severity as 'high',
        title: `Decide: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
        meta: `Breach ${episode.number}, ${action.reason}`,
        verb: 'Decide',
        href: `/risk?episode=${episode.number}`,
        since: action.proposedAt,
        due: action.expiresAt,
      });
    }
  }
  if (leaveFor(actor.grants, 'limit.loosen', portfolioId) === 'one-of-two') {
    for (const { exits, number, id } of await episodesView(actor, portfolioId)) {
      for (const { kind, days, personIds, names, reason, lapsesAt } of exits.waiting) {
        if (personIds.includes(actor.personId)) continue;
        items.push({
          key: `${id}-${kind}-${days}`,
          kind: 'signature',
          severity: null,
          title: EXIT_TITLE[kind],
          meta: `Breach ${number}. ${names.join(' and ')} signed${days === null ? '' : ` for ${days} days`}: ${reason}`,
          verb: 'Review',
          href: `/risk?episode=${number}`,
          since: new Date(lapsesAt.getTime() - SIGNED_HOURS * 3_600_000),
          due: lapsesAt,
        });
      }
    }
  }
  for (const row of await listWaitingLimits([portfolioId])) {
    if (leaveFor(actor.grants, 'limit.loosen', row.portfolioId) !== 'one-of-two') continue;
    if (row.approvals.some((a) => a.personId === actor.personId)) continue;
    if (row.expiresAt && row.expiresAt <= now) continue;
    items.push({
      key: row.id,
      kind: 'approval',
      severity: null,
      title: isOverride(row) ? `Approve the override of ${overrideName(row)}` : `Approve limit set v${row.version}`,
      meta: `Proposed by ${row.proposedByName}: ${row.reason}`,
      verb: 'Review',
      href: `/risk?version=${row.id}`,
      since: row.proposedAt,
      due: null,
    });
  }
  if (leaveFor(actor.grants, 'limit.loosen', portfolioId) === 'one-of-two') {
    for (const row of await listLeverage(portfolioId)) {
      if (leverageState(row, now) !== 'waiting' || row.approvals.some((a) => a.personId === actor.personId)) continue;
      items.push({
        key: row.id,
        kind: 'approval',
        severity: null,
        title: `Approve leverage of ${percentText(row.maximumAllocation, 0)}`,
        meta: `Proposed by ${row.proposedByName}: ${row.reason}`,
        verb: 'Review',
        href: '/risk#leverage',
        since: row.proposedAt ?? now,
        due: row.expiresAt,
      });
    }
  }
  if (canDo(actor, 'instrument.correct', portfolioId)) {
    for (const row of await correctionsThatWait(portfolioId, now)) {
      if (row.approvals.some((a) => a.personId === actor.personId)) continue;
      items.push({
        key: row.id,
        kind: 'signature',
        severity: null,
        title: `Second person to correct ${row.instrument}`,
        meta: `${changeText(row.change)}. Proposed by ${row.proposedByName}: ${row.reason}`,
        verb: 'Review',
        href: '/settings/instruments#waiting',
        since: row.proposedAt,
        due: lapsesAt(row),
      });
    }
  }
  if (canDo(actor, 'trading.lift-halt', portfolioId)) {
    for (const latch of await listOpenLatches([portfolioId])) {
      if (latch.exitApprovals.length === 0 || latch.exitApprovals.some((a) => a.personId === actor.personId)) continue;
      items.push({
        key: latch.id,
        kind: 'lift',
        severity: null,
        title: `Second person to lift ${latch.state}`,
        meta: `${latch.exitApprovals[0]?.name} agreed. ${latch.reason}`,
        verb: 'Review',
        href: `/risk?latch=${latch.id}`,
        since: latch.openedAt,
        due: null,
      });
    }
  }
  if (canDo(actor, 'incident.close', portfolioId)) {
    for (const latch of await listLiftedLatches([portfolioId], 50)) {
      const lifted = latch.exitApprovals.some((a) => a.personId === actor.personId);
      if (!latch.falseAlarm || latch.reviewedAt || lifted) continue;
      items.push({
        key: `review-${latch.id}`,
        kind: 'signature',
        severity: null,
        title: 'Review a false alarm',
        meta: `Lifted before its time: ${latch.liftReason ?? latch.reason}`,
        verb: 'Review',
        href: '/risk#restrictions',
        since: latch.liftedAt ?? latch.openedAt,
        due: latch.reviewDueAt,
      });
    }
  }
  return items.sort((a, b) => a.since.getTime() - b.since.getTime());
}
