import 'server-only';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { type CommandRow, newestWords, type Word } from '../../engines/command-store';
import { leaseOutMs } from '../../engines/lease';
import { latchLostLease } from '../../engines/lease-actions';
import { freshReport, laxAt } from '../../engines/obedience';
import { type EngineRow, reportOf } from '../../engines/store';
import { authorize } from '../../identity/authorize';
import { job } from '../../kernel/actor';
import { log } from '../../kernel/log';
import { inTransaction, type Tx } from '../../kernel/transaction';
import { type LatchScope, ownState } from '../../trading-state/latch';
import { type LatchRow, listOpenLatches } from '../../trading-state/store';
import { type LoadedContext, listPortfolioIds, loadContext } from '../ingest/context-store';
import { settleCash } from './cash-settlement-actions';
import {
  actionTrouble,
  laxTrouble,
  leaseTrouble,
  placeTrouble,
  type Trouble,
  UNCONFIRMED_MS,
  untoldTrouble,
} from './command-watch';
import { openTroubles, watchedActions } from './command-watch-store';
import { commandPlace, isLaxer, tradingEngines } from './engine-actions';

const WATCH = job('limit-checks');

/**
 * Sees that what restricts trading is known where trading is done. A place that an engine was told laxer of than it is,
 * refused, or says it does not keep, is told again; what is not kept, what failed, what no engine was told of and what is not confirmed after a minute is told to
 * people, once for each place or action, until it is over. Called again it changes nothing more. A portfolio that cannot be
 * looked at keeps no other from it. Cash that was raised
 * is settled first, so that it is told of as it stands. Returns how many troubles stand.
 */
export async function watchCommands(): Promise<{ troubles: number }> {
  authorize(WATCH, 'read');
  let troubles = 0;
  for (const id of await listPortfolioIds()) {
    try {
      await inTransaction((tx, now) => settlePortfolio(tx, id, now));
    } catch (error) {
      // On its own: what restricts trading is watched all the same.
      log.error({ err: error, portfolioId: id }, 'cash of a portfolio could not be settled');
    }
    try {
      troubles += await inTransaction((tx, now) => watchPortfolio(tx, id, now));
    } catch (error) {
      log.error({ err: error, portfolioId: id }, 'commands of a portfolio could not be watched');
    }
  }
  return { troubles };
}

async function settlePortfolio(tx: Tx, portfolioId: string, now: Date): Promise<void> {
  const loaded = await loadContext(portfolioId, tx);
  if (loaded) await settleCash(tx, loaded, now, WATCH);
}

const isLocked = (engine: EngineRow, latches: readonly LatchRow[]): boolean =>
  latches.some((l) => l.cause.kind === 'lease' && l.cause.id === engine.id);

type Place = { engine: EngineRow; place: string; strategyId: string | null; name: string };

async function watchPortfolio(tx: Tx, portfolioId: string, now: Date): Promise<number> {
  const loaded = await loadContext(portfolioId, tx);
  if (!loaded) return 0;
  const engines = await tradingEngines(tx, portfolioId);
  const words = await newestWords(
    engines.map(({ id }) => id),
    tx,
  );
  for (const engine of engines) await latchLostLease(tx, engine);
  const standing = await listOpenLatches([portfolioId], tx);
  // An emergency closes by its own commands, and opens by them.
  const latches = standing.filter((l) => l.cause.kind !== 'emergency');
  const places = engines.flatMap((engine) => placesOf(engine, loaded));
  const open = await openTroubles(tx, portfolioId);
  const lax = places.flatMap((at) => laxPlace(at, wordAt(words, at), standing, open, now) ?? []);
  await tellAgain(tx, places, { words, latches, lax }, loaded, now);
  const found = [
    ...lax.map(({ trouble }) => trouble),
    ...words.map((word) => wordTrouble(word, places, now)),
    untoldTrouble(loaded.portfolio, untold(latches, places, loaded)),
    ...engines.map((engine) =>
      leaseTrouble(engine, leaseOutMs(reportOf(engine), new Date()), isLocked(engine, latches)),
    ),
    ...(await watchedActions(tx, portfolioId)).map((action) => actionTrouble(action, now)),
  ].filter((one) => one !== null);
  await tellPeople(tx, loaded.portfolio, found, open);
  return found.length;
}

/** Everything an engine runs, and each strategy it may run. */
function placesOf(engine: EngineRow, { portfolio, strategies }: LoadedContext): Place[] {
  const own = strategies.filter((s) => s.engineId === null || s.engineId === engine.id);
  return [
    { engine, place: '*', strategyId: null, name: portfolio.name },
    ...own.map((s) => ({ engine, place: s.ref, strategyId: s.id, name: s.name })),
  ];
}

const wordAt = (words: readonly Word[], { engine, place }: Place) =>
  words.find((w) => w.engineId === engine.id && w.place === place)?.command;

function wordTrouble(word: Word, places: readonly Place[], now: Date): Trouble | null {
  const at = places.find((p) => p.engine.id === word.engineId && p.place === word.place);
  return at ? placeTrouble(at, word.command, now) : null;
}

const scopeOf = ({ engine, strategyId }: Place): LatchScope => ({
  kind: strategyId ? 'strategy' : 'portfolio',
  portfolioId: engine.portfolioId,
  strategyId,
});

type LaxPlace = { at: Place; trouble: Trouble; says: string; isFound: boolean };

/**
 * A place that an engine confirmed and says it does not keep: it lost its state, or somebody opened it there. Until it is
 * told again and has confirmed, its reports say nothing new, and what was told to people stands.
 */
function laxPlace(
  at: Place,
  word: CommandRow | undefined,
  latches: readonly LatchRow[],
  open: readonly { fingerprint: string }[],
  now: Date,
): LaxPlace | null {
  const scope = scopeOf(at);
  const report = reportOf(at.engine);
  const isFresh = freshReport(report, at.engine.lastHeartbeatAt, now) !== null;
  const lax = laxAt(report, { place: at.place, scope }, latches);
  if (!lax) return null;
  const trouble = laxTrouble(at, lax);
  const isConfirmed = isFresh && word?.state === 'confirmed' && !isLaxer(word.type, lax.holds);
  const isKnown = open.some(({ fingerprint }) => fingerprint === trouble.fingerprint);
  return isConfirmed || isKnown ? { at, trouble, says: lax.says, isFound: isConfirmed } : null;
}

/**
 * Tells an engine again what holds at a place: where it was told something laxer or nothing, where it says that it does not
 * keep what it confirmed, and a minute after it refused.
 */
async function tellAgain(
  tx: Tx,
  places: readonly Place[],
  { words, latches, lax }: { words: readonly Word[]; latches: readonly LatchRow[]; lax: readonly LaxPlace[] },
  loaded: LoadedContext,
  now: Date,
): Promise<void> {
  const portfolioId = loaded.portfolio.id;
  for (const at of places) {
    const scope = scopeOf(at);
    const word = wordAt(words, at);
    const refused = word?.state === 'failed' && now.getTime() - word.createdAt.getTime() >= UNCONFIRMED_MS;
    const lost = lax.find((one) => one.at === at && one.isFound);
    if (!refused && !lost && !isLaxer(word?.type, ownState(latches, scope))) continue;
    const commandId = await commandPlace(tx, at.engine.id, {
      portfolioId,
      scope,
      strategies: loaded.strategies,
      cause: { kind: 'latch', id: word?.id ?? at.engine.id, label: 'told again' },
      key: `watch:${word?.id ?? 'nothing'}:${latches.map((l) => l.id).at(-1) ?? 'none'}:${at.place}`,
      actor: WATCH,
    });
    recordEvent(tx, {
      type: 'risk.trading-told-again',
      actor: WATCH,
      subject: { kind: 'engine-command', id: commandId },
      portfolioId,
      data: {
        engineId: at.engine.id,
        place: at.place,
        refused: refused ? word.id : null,
        says: lost?.says ?? null,
      },
    });
  }
}

/** Restrictions whose place no engine stands for. */
const untold = (latches: readonly LatchRow[], places: readonly Place[], { portfolio, strategies }: LoadedContext) =>
  latches
    .filter((l) => !places.some((p) => p.strategyId === l.scope.strategyId))
    .map((l) => ({
      state: l.state,
      name: strategies.find((s) => s.id === l.scope.strategyId)?.name ?? portfolio.name,
    }));

async function tellPeople(
  tx: Tx,
  { id: portfolioId, name: portfolio }: LoadedContext['portfolio'],
  found: readonly Trouble[],
  open: Awaited<ReturnType<typeof openTroubles>>,
): Promise<void> {
  for (const trouble of found) {
    const held = open.find((one) => one.fingerprint === trouble.fingerprint);
    // Said already in the same words: how long it lasts is no news.
    if (held?.title === trouble.title && held.severity === trouble.severity) continue;
    await raiseAlert(tx, { ...trouble, portfolioId, facts: { Portfolio: portfolio }, actor: WATCH });
  }
  for (const { fingerprint } of open) {
    if (found.some((one) => one.fingerprint === fingerprint)) continue;
    await resolveAlert(tx, fingerprint, 'It was confirmed, or holds no more.', WATCH);
  }
}
