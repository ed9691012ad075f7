import 'server-only';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { newestWords, type Word } from '../../engines/command-store';
import { leaseOutMs } from '../../engines/lease';
import { latchLostLease } from '../../engines/lease-actions';
import { type EngineRow, reportOf } from '../../engines/store';
import { authorize } from '../../identity/authorize';
import { job } from '../../kernel/actor';
import { log } from '../../kernel/log';
import { inTransaction, type Tx } from '../../kernel/transaction';
import { ownState } from '../../trading-state/latch';
import { type LatchRow, listOpenLatches } from '../../trading-state/store';
import { type LoadedContext, listPortfolioIds, loadContext } from '../ingest/context-store';
import {
  actionTrouble,
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
 * Sees that what restricts trading is known where trading is done. A place that an engine was told laxer of than it is, or
 * refused, is told again; what failed, what no engine was told of and what is not confirmed after a minute is told to
 * people, once for each place or action, until it is over. Called again it changes nothing more. A portfolio that cannot be
 * looked at keeps no other from it. Returns how many troubles stand.
 */
export async function watchCommands(): Promise<{ troubles: number }> {
  authorize(WATCH, 'read');
  let troubles = 0;
  for (const id of await listPortfolioIds()) {
    try {
      troubles += await inTransaction((tx, now) => watchPortfolio(tx, id, now));
    } catch (error) {
      log.error({ err: error, portfolioId: id }, 'commands of a portfolio could not be watched');
    }
  }
  return { troubles };
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
  // An emergency closes by its own commands, and opens by them.
  const latches = (await listOpenLatches([portfolioId], tx)).filter((l) => l.cause.kind !== 'emergency');
  const places = engines.flatMap((engine) => placesOf(engine, loaded));
  await tellAgain(tx, places, words, latches, loaded, now);
  const found = [
    ...words.map((word) => wordTrouble(word, places, now)),
    untoldTrouble(loaded.portfolio, untold(latches, places, loaded)),
    ...engines.map((engine) =>
      leaseTrouble(engine, leaseOutMs(reportOf(engine), new Date()), isLocked(engine, latches)),
    ),
    ...(await watchedActions(tx, portfolioId)).map((action) => actionTrouble(action, now)),
  ].filter((one) => one !== null);
  await tellPeople(tx, portfolioId, loaded.portfolio.name, found);
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

/** Tells an engine again what holds at a place: where it was told something laxer or nothing, and a minute after it refused. */
async function tellAgain(
  tx: Tx,
  places: readonly Place[],
  words: readonly Word[],
  latches: readonly LatchRow[],
  loaded: LoadedContext,
  now: Date,
): Promise<void> {
  const portfolioId = loaded.portfolio.id;
  for (const at of places) {
    const kind = at.strategyId ? ('strategy' as const) : ('portfolio' as const);
    const scope = { kind, portfolioId, strategyId: at.strategyId };
    const word = wordAt(words, at);
    const refused = word?.state === 'failed' && now.getTime() - word.createdAt.getTime() >= UNCONFIRMED_MS;
    if (!refused && !isLaxer(word?.type, ownState(latches, scope))) continue;
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
      data: { engineId: at.engine.id, place: at.place, refused: refused ? word.id : null },
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

async function tellPeople(tx: Tx, portfolioId: string, portfolio: string, found: readonly Trouble[]): Promise<void> {
  const open = await openTroubles(tx, portfolioId);
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
