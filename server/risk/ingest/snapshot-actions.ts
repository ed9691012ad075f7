import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import type { RefusedRow } from '../../kernel/each-row';
import { DomainError, notFound } from '../../kernel/errors';
import { log } from '../../kernel/log';
import { attempt, inTransaction, readNow, type Tx } from '../../kernel/transaction';
import type { TradingState } from '../../trading-state/latch';
import { tradingStateOf } from '../../trading-state/store';
import { tellClosedAccount } from '../accounts/closed-account-alert-actions';
import { RISK_JOB } from '../breaches/breach-batch';
import type { RiskState } from '../state';
import { parseRows } from './batch-rows';
import { type LoadedContext, loadContext } from './context-store';
import { evaluateBatch } from './evaluation-actions';
import { tellPages } from './notice-store';
import { contentOf } from './row-content';
import type { TakenRow } from './snapshot-line';
import type { SnapshotRow } from './snapshot-row';
import { ensureMonths, storedSequences } from './snapshot-store';
import { lockState } from './state-store';

/** What became of a batch, row by row where it was not simply accepted. */
export type BatchResult = {
  accepted: number;
  duplicates: number;
  refused: RefusedRow[];
  /** The trading state of the portfolio after the batch: an engine that reads it needs no second call. */
  tradingState: TradingState;
  asOf: string | null;
};

/**
 * Records a batch of snapshot rows of one portfolio and evaluates what they mean, in one transaction.
 *
 * A row seen before is a no-op; a bad row is told with its index and loses nothing else. Live rows are evaluated in the
 * order of their instants; late ones from where they belong, which may add an episode and never undoes an action. History
 * fills series up to the first live row; after it, it is refused in words, since a curve that stands is not drawn anew. Of
 * an account that was closed, rows up to that instant are taken as any late ones, and later ones refused (ACCOUNT_CLOSED).
 * Throws FORBIDDEN, NOT_FOUND (portfolio), TOO_LARGE (rows).
 */
export async function recordSnapshots(
  actor: Actor,
  input: { portfolioId: string; rows: Iterable<unknown> },
): Promise<BatchResult> {
  if (actor.kind === 'person') throw new DomainError('FORBIDDEN', 'Snapshots come from machines, with an API key.');
  authorize(actor, 'read', { portfolioId: input.portfolioId, keyScope: 'snapshots:write' });
  // Read and checked before the portfolio is locked: the next batch of it waits only for the rest.
  const { rows, refused } = parseRows(input.rows, await readNow());
  await ensureMonths(input.portfolioId, rows);
  return inTransaction(async (tx, now) => {
    const { row: stored, state } = await lockState(tx, input.portfolioId);
    const loaded = await loadContext(input.portfolioId, tx);
    if (!loaded) throw notFound('The portfolio');
    const { taken, duplicates } = await newRows(tx, rows, { loaded, isLive: state.live }, refused);
    const done = taken.length > 0 ? await evaluateBatch(tx, taken, { loaded, stored, state, now, actor }) : null;
    await tellClosedAccounts(tx, rows, { loaded, state: done?.state ?? state });
    if (done?.isFreshAgain) {
      recordEvent(tx, {
        type: 'risk.data-fresh-again',
        actor: RISK_JOB,
        subject: { kind: 'portfolio', id: input.portfolioId },
        portfolioId: input.portfolioId,
        data: { samples: done.freshWithin },
      });
    }
    const tradingState = await tradingStateOf({ portfolioId: input.portfolioId, strategyId: null }, tx);
    if (done) tellPages(tx, input.portfolioId, done, tradingState);
    return {
      accepted: taken.length,
      duplicates,
      refused: refused.sort((a, b) => a.index - b.index),
      tradingState,
      asOf: (done?.state.last?.at ?? stored.asOf)?.toISOString() ?? null,
    };
  });
}

/** The account that a row is taken for: an open one, or one that was closed no earlier than the row's instant. */
function accountOf({ account, asOf }: SnapshotRow, { accounts, closedAccounts }: LoadedContext): string | undefined {
  const open = accounts.get(account);
  if (open || closedAccounts.size === 0) return open;
  const closed = closedAccounts.get(account);
  return closed && asOf <= closed.closedAt ? closed.id : undefined;
}

function strangeAccount(code: string, { closedAccounts }: LoadedContext) {
  const closed = closedAccounts.get(code);
  if (!closed) return { code: 'UNKNOWN_ACCOUNT', message: `account ${code} is not one of this portfolio` };
  const at = closed.closedAt.toISOString();
  return { code: 'ACCOUNT_CLOSED', message: `account ${code} was closed at ${at}: no row from after it is taken` };
}

/** People are told of what closed accounts state; whatever becomes of that alert, the rows beside it stand. */
async function tellClosedAccounts(
  tx: Tx,
  rows: readonly ReadRow[],
  about: { loaded: LoadedContext; state: RiskState },
): Promise<void> {
  const { loaded } = about;
  if (loaded.closedAccounts.size === 0) return;
  const newest = new Map<string, SnapshotRow>();
  for (const { row } of rows) {
    if (!loaded.closedAccounts.has(row.account)) continue;
    const held = newest.get(row.account);
    if (!held || row.asOf >= held.asOf) newest.set(row.account, row);
  }
  for (const row of newest.values()) {
    const told = await attempt(tx, () => tellClosedAccount(tx, row, about));
    if (!told.ok)
      log.error({ err: told.error, account: row.account }, 'the alert of a closed account could not be told');
  }
}

const HISTORY_AFTER_LIVE =
  'history ends where live samples begin, and this portfolio is live: send what was missed as live with its own asOf, it is evaluated from there';

/** From when an account takes no history any more: ever since its portfolio is live, or from its first live row in the batch. */
function liveFrom(own: readonly TakenRow[], isLive: boolean): Date {
  if (isLive) return new Date(0);
  let first = MAX_INSTANT_MS;
  for (const { row } of own) if (row.kind === 'live') first = Math.min(first, row.asOf.getTime());
  return new Date(first);
}
const MAX_INSTANT_MS = 8.64e15;

type ReadRow = Omit<TakenRow, 'accountId'>;

/** Rows that are new, once each; repeats are counted, a sequence reused for other content and history after live are refused. */
async function newRows(
  tx: Tx,
  rows: readonly ReadRow[],
  { loaded, isLive }: { loaded: LoadedContext; isLive: boolean },
  refused: RefusedRow[],
) {
  const byAccount = new Map<string, TakenRow[]>();
  for (const read of rows) {
    const accountId = accountOf(read.row, loaded);
    if (!accountId) {
      refused.push({ index: read.index, ...strangeAccount(read.row.account, loaded) });
      continue;
    }
    const { index, row } = read;
    const own = byAccount.get(accountId);
    if (own) own.push({ index, row, accountId });
    else byAccount.set(accountId, [{ index, row, accountId }]);
  }
  const taken: TakenRow[] = [];
  let duplicates = 0;
  for (const [accountId, own] of byAccount) {
    const stored = await storedSequences(
      tx,
      accountId,
      own.map(({ row }) => row.sequence),
    );
    const first = new Map<number, TakenRow>();
    const historyEnds = liveFrom(own, isLive);
    for (const candidate of own) {
      const { row, index } = candidate;
      const earlier = first.get(row.sequence);
      const before = stored.get(row.sequence) ?? (earlier && contentOf(earlier.row).hash);
      if (before === undefined && row.kind === 'history' && row.asOf >= historyEnds) {
        refused.push({ index, code: 'HISTORY_AFTER_LIVE', message: HISTORY_AFTER_LIVE });
      } else if (before === undefined) {
        first.set(row.sequence, candidate);
        taken.push(candidate);
      } else if (before === contentOf(row).hash) duplicates += 1;
      else {
        const message = `sequence ${row.sequence} of account ${row.account} was used for other content`;
        refused.push({ index, code: 'SEQUENCE_REUSED', message });
      }
    }
  }
  return { taken, duplicates };
}
