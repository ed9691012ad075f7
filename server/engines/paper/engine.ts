import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decimal, ONE } from '../../kernel/decimal';
import type { CommandMessage, EngineReport, ReplyMessage } from '../messages';
import { INSTRUMENT } from './account';
import { type Bar, loadBars, sessionOn, ticksOf } from './bars';
import type { SnapshotLine } from './feed';
import { pastCloses, pastShare } from './history';
import { PaperMachine } from './machine';
import { refusalOf } from './places';
import type { Heard } from './pretrade';
import type { Question } from './pretrade-wire';
import { nothingAsked, type OrderTold, type PaperState } from './state';
import { loadState, saveState } from './state-file';
import type { TradeStats } from './venue';

export type PaperSettings = {
  stateFile: string;
  account: string;
  /** First session that is traded, `yyyy-mm-dd`. */
  from: string;
  equity: string;
  /** Strategy name and share of equity of what the account holds beside its strategies; 0 for nothing. */
  holding: { ref: string; share: number };
  backfillSessions: number;
  ticksPerSession: number;
  random: () => number;
};

/** Index points to the price of the instrument. */
const FIRST_SCALE = new Decimal('0.1');
const SMOOTHING_SESSIONS = 260;

const DECIDING = ['account', 'asking', 'book', 'decide', 'machine', 'places', 'pretrade', 'venue'];
/** Digest of the files that decide what is traded: the build that this engine reports. */
export function buildDigest(): string {
  const hash = createHash('sha256');
  for (const file of DECIDING) hash.update(readFileSync(join(import.meta.dirname, `${file}.ts`)));
  return `sha256:${hash.digest('hex')}`;
}

/**
 * The paper engine with its market and its file, without clocks and sockets: each method changes the state, saves it, and
 * only then returns what may be told. `clock` gives the server's time for what is told, the real time for leases.
 */
export class PaperEngine {
  readonly machine: PaperMachine;
  private readonly bars: Bar[] = loadBars();
  private ticks: number[] = [];

  constructor(
    private readonly settings: PaperSettings,
    private readonly clock: { serverNow: () => Date; realNow: () => Date },
  ) {
    const state = loadState(settings.stateFile) ?? this.firstState();
    const { serverNow } = clock;
    this.machine = new PaperMachine(state, { buildDigest: buildDigest(), random: settings.random, serverNow });
  }

  private get state(): PaperState {
    return this.machine.state;
  }

  private firstState(): PaperState {
    const session = sessionOn(this.bars, this.settings.from);
    return {
      version: 1,
      epoch: 0,
      stopEpoch: 0,
      leaseUntil: null,
      leaseLocked: false,
      places: {},
      strategies: {},
      executed: [],
      account: { cash: this.settings.equity, holdings: {}, ledgers: {} },
      orders: [],
      pretrade: nothingAsked(),
      market: {
        session,
        tick: 0,
        scale: FIRST_SCALE.toFixed(),
        price: this.priceAt(this.bars[Math.max(0, session - 1)]!.close, FIRST_SCALE).toFixed(),
        closes: this.closesBefore(session),
      },
      sequence: 0,
      isBackfilled: false,
    };
  }

  private priceAt = (points: number, scale: Decimal): Decimal => new Decimal(points).mul(scale).toDecimalPlaces(2);
  private closesBefore = (session: number): number[] =>
    this.bars.slice(Math.max(0, session - SMOOTHING_SESSIONS), session).map((bar) => bar.close);

  /** Snapshots of the sessions before the first, one per close, then the holding is taken up. Once in an account's life. */
  backfill(): SnapshotLine[] {
    if (this.state.isBackfilled) return [];
    const { backfillSessions, holding } = this.settings;
    const first = this.state.market.session;
    const count = Math.min(backfillSessions, first);
    const closes = pastCloses(this.clock.serverNow(), count);
    const rows = closes.map((asOf, index) => {
      const session = first - count + index;
      this.state.market.price = this.priceAt(this.bars[session]!.close, FIRST_SCALE).toFixed();
      if (holding.share > 0) this.machine.holdShare(holding.ref, pastShare(this.bars, session), this.clock.realNow());
      return this.snapshot('history', asOf);
    });
    if (holding.share > 0) this.machine.holdShare(holding.ref, holding.share, this.clock.realNow());
    this.state.isBackfilled = true;
    this.save();
    return rows;
  }

  /** The next tick of the market; `closed` names the session that ended with it. */
  tick(): { row: SnapshotLine; closed: string | null } {
    const { market } = this.state;
    const bar = this.bars[market.session]!;
    if (this.ticks.length === 0) this.ticks = ticksOf(bar, this.settings.ticksPerSession);
    const price = this.priceAt(this.ticks[market.tick] ?? bar.close, new Decimal(market.scale));
    this.machine.tick(price, this.clock.realNow());
    market.tick += 1;
    const closed = market.tick >= this.ticks.length ? bar.day : null;
    if (closed) this.nextSession(bar);
    const row = this.snapshot('live', this.clock.serverNow());
    this.save();
    return { row, closed };
  }

  private nextSession(bar: Bar): void {
    const { market } = this.state;
    market.closes = [...market.closes, bar.close].slice(-SMOOTHING_SESSIONS);
    market.tick = 0;
    this.ticks = [];
    if (market.session + 1 < this.bars.length) market.session += 1;
    else this.jumpTo(sessionOn(this.bars, '2012-01-03'));
  }

  /** Goes on from another date with its holding. Returns follow that date; the price itself does not jump. */
  replayFrom(day: string): { from: string; sessions: number } {
    const session = sessionOn(this.bars, day);
    this.jumpTo(session);
    this.takeUpHolding();
    this.save();
    return { from: this.bars[session]!.day, sessions: this.bars.length - session };
  }

  /** What an exit has closed is held again for a replay, unless somebody has stopped this account. */
  private takeUpHolding(): void {
    const { ref, share } = this.settings.holding;
    const now = this.clock.realNow();
    if (share > 0 && refusalOf(this.state, { strategy: ref, isReduceOnly: false }, now) === null) {
      this.machine.holdShare(ref, share, now);
    }
  }

  private jumpTo(session: number): void {
    const { market } = this.state;
    const before = this.bars[Math.max(0, session - 1)]!;
    market.scale = new Decimal(market.price).div(before.close).toFixed();
    market.session = session;
    market.tick = 0;
    market.closes = this.closesBefore(session);
    this.ticks = [];
  }

  /** Executes a command once and gives the reply, after it is on disk. */
  execute(command: CommandMessage): ReplyMessage {
    const now = this.clock.realNow();
    const reply = this.machine.execute(command, now);
    if (command.type !== 'query') this.save();
    return { ...reply, report: this.report() };
  }

  /** Matches commanded orders between ticks; a row when something was filled. */
  match(): SnapshotLine | null {
    if (!this.state.orders.some((order) => order.commandId !== null)) return null;
    this.machine.match(this.clock.realNow());
    const row = this.snapshot('live', this.clock.serverNow());
    this.save();
    return row;
  }

  /** Orders whose leave is to be asked for now: on disk as asked, under ids that a repeat comes with too. */
  ask(): Question[] {
    const questions = this.machine.asking.due(this.clock.realNow(), this.clock.serverNow());
    if (questions.length > 0) this.save();
    return questions;
  }

  /** What the check said of an order, or did not. A sentence when it is new. */
  hear(clientOrderId: string, heard: Heard): string | null {
    const sentence = this.machine.asking.hear(clientOrderId, heard, this.clock.realNow());
    this.save();
    return sentence;
  }

  /** What became of orders and was not taken by the server yet, oldest first; `settle` once it was. */
  untold = (): readonly OrderTold[] => this.state.pretrade.told;
  settle(taken: readonly OrderTold[]): void {
    this.state.pretrade.told = this.state.pretrade.told.filter((one) => !taken.includes(one));
    this.save();
  }

  report = (): EngineReport => this.machine.report(this.clock.serverNow(), this.clock.realNow());
  takeStats = (): TradeStats => this.machine.takeStats();
  describe = (): string => {
    const { session } = this.state.market;
    const denied = Object.entries(this.state.pretrade.memories).flatMap(([name, { word }]) =>
      word?.decision === 'deny' ? `, ${name} denied (${word.reasons.map(({ code }) => code).join(' ')})` : [],
    );
    const { price, equity } = this.machine;
    return `session ${this.bars[session]?.day}, price ${price}, equity ${equity().toFixed(2)}${denied.join('')}`;
  };

  private snapshot(kind: 'live' | 'history', asOf: Date): SnapshotLine {
    this.state.sequence += 1;
    return {
      account: this.settings.account,
      asOf: asOf.toISOString(),
      sequence: this.state.sequence,
      kind,
      equity: this.machine.equity().toFixed(8),
      cash: this.machine.cash().toFixed(8),
      flows: [],
      positions: this.machine.report(asOf, this.clock.realNow()).positions.map((position) => ({
        ...position,
        instrument: INSTRUMENT,
        multiplier: ONE.toFixed(),
        fx: ONE.toFixed(),
      })),
      strategies: this.machine.strategies().map((ref) => this.machine.profitOf(ref)),
    };
  }

  private save = (): void => saveState(this.settings.stateFile, this.state);
}
