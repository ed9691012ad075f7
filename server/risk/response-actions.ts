import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../alerts/raise-actions';
import { recordEvent } from '../audit/record';
import { type Actor, job } from '../kernel/actor';
import { Decimal } from '../kernel/decimal';
import { instantText } from '../kernel/format';
import { newId } from '../kernel/ids';
import { log } from '../kernel/log';
import { attempt, nextNumber, publish, type Tx } from '../kernel/transaction';
import { releaseLatch, setLatch } from '../trading-state/actions';
import type { ExitRule, LatchScope } from '../trading-state/latch';
import { HALT_EARLIEST_MS } from '../trading-state/lifting';
import { listOpenLatches } from '../trading-state/store';
import { breachSeverity, breachTitle, responseText, SOFT_SEVERITY } from './breach-words';
import type { LoadedContext } from './context-store';
import { commandState } from './engine-actions';
import {
  countProposals,
  type EpisodeRow,
  findNewest,
  findRunning,
  insertAction,
  insertEpisode,
  updateEpisode,
} from './episode-store';
import type { Change } from './episodes';
import { DEFAULT_LIMITS, MEASURE_LABEL, type Measure, PRIORITY, type Scope, type ScopeKind } from './limit-definition';
import { limitFor, limitKey, setsInForce, type Verdict, verdictOf } from './limits';
import { cutPositions, cutToLimit, type Proposal, raiseCash } from './proposals';
import { unknown } from './reading';
import { ACTIONS_PER_DAY, PROPOSAL_ESCALATES_MS, type Response, type Rung, responseTo } from './response';
import { totalsOf } from './samples';
import { graver, type Severity } from './severity';
import type { RiskState } from './state';
import { encodeState } from './state-codec';

const TOPICS = ['risk', 'overview', 'launch', 'launches'];
const ONE_LOT = () => new Decimal(1);

/** What the changes of a batch are applied with. */
export type Breaches = {
  loaded: LoadedContext;
  state: RiskState;
  verdicts: readonly Verdict[];
  now: Date;
  late: boolean;
  actor?: Actor;
};

export const RISK_JOB = job('risk');

/** The scope and subject inside a limit key. */
export function partsOfKey(key: string): { measure: Measure; scope: Scope; subject: string | null } {
  const [measure, kind, id, ...subject] = key.split('|') as [Measure, ScopeKind, string, ...string[]];
  return { measure, scope: { kind, id: id === 'firm' ? null : id }, subject: subject.join('|') || null };
}

export const fingerprintOfLimit = (key: string): string =>
  fingerprintOf('risk', key.split('|')[0] ?? '', { kind: 'limit', id: key });

type Held = { id: string; number: string };
type Rungs = { change: Extract<Change, { kind: 'rung' }>; response: Response; episode: Held; verdict: Verdict };

/**
 * Turns what changed in episodes into rows, latches, commands, proposals and alerts, in the caller's transaction.
 *
 * Halts come first, before anything that may fail. Every other handler runs on its own: one that throws is recorded as
 * failed and takes nothing else with it.
 */
export async function applyChanges(tx: Tx, changes: readonly Change[], breaches: Breaches): Promise<void> {
  if (changes.length === 0) return;
  const held = await episodesOf(tx, changes, breaches);
  const rungs = changes.flatMap((change): Rungs[] => {
    const episode = held.get(change.key);
    if (change.kind !== 'rung' || !episode) return [];
    const { measure } = partsOfKey(change.key);
    return [{ change, response: responseTo(measure, change.rung), episode, verdict: verdictFor(change.key, breaches) }];
  });
  const latched = new Map<string, string[]>();
  for (const state of ['HALTED', 'REDUCING'] as const) {
    for (const rung of rungs.filter((r) => r.response.latch === state)) {
      latched.set(`${rung.change.key}:${rung.change.rung}`, await latch(tx, rung, state, breaches));
    }
  }
  for (const change of changes) await keepEpisode(tx, change, held, breaches);
  for (const rung of rungs) {
    await guarded(tx, rung, breaches, 'restrict', () => tellEngines(tx, rung, latched, breaches));
    await guarded(tx, rung, breaches, 'propose', () => propose(tx, rung, breaches));
    await guarded(tx, rung, breaches, 'emergency', () => askEmergency(tx, rung, breaches));
  }
  for (const key of new Set(changes.map((c) => c.key))) {
    const outcome = await attempt(tx, () => tellPeople(tx, key, changes, held, rungs, breaches));
    if (!outcome.ok) log.error({ err: outcome.error, key }, 'an alert of a breach could not be raised');
  }
  for (const topic of TOPICS) publish(tx, topic);
}

/** The verdict a change speaks of; when its limit is no longer measured, one that says so. */
function verdictFor(key: string, { verdicts, loaded, now }: Breaches): Verdict {
  const found = verdicts.find((v) => limitKey(v) === key);
  if (found) return found;
  const parts = partsOfKey(key);
  const sets = setsInForce(loaded.evaluation.sets, now);
  // A limit that ended meanwhile must not cost the halt it had called for: the default words it then.
  const limit =
    limitFor(sets, { ...parts, appliesTo: parts.scope.kind }, now) ??
    DEFAULT_LIMITS.find((one) => one.measure === parts.measure);
  if (!limit) throw new Error(`no limit for ${key}`);
  return verdictOf({ ...parts, reading: unknown('it is not measured at this instant') }, limit);
}

async function episodesOf(tx: Tx, changes: readonly Change[], { loaded }: Breaches): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for (const { key, kind } of changes) {
    if (held.has(key)) continue;
    const { id: portfolioId } = loaded.portfolio;
    const row = kind === 'opened' ? undefined : await findNewest(tx, portfolioId, key);
    held.set(key, row ?? { id: newId(), number: await nextNumber(tx, 'breach') });
  }
  return held;
}

/** Where a breach restricts trading: its scope; for a position the strategies that hold the instrument. */
function latchScopes(key: string, { loaded, state }: Breaches): LatchScope[] {
  const { measure, scope, subject } = partsOfKey(key);
  const portfolioId = loaded.portfolio.id;
  if (scope.kind === 'strategy') return [{ kind: 'strategy', portfolioId, strategyId: scope.id }];
  if (measure === 'position') {
    const { positions } = totalsOf(Object.values(state.accounts));
    const holders = new Set(positions.filter((p) => p.instrument === subject).map((p) => p.strategy));
    const known = loaded.strategies.filter((s) => holders.has(s.id));
    if (known.length > 0 && known.length === holders.size) {
      return known.map((s) => ({ kind: 'strategy', portfolioId, strategyId: s.id }));
    }
  }
  return [{ kind: 'portfolio', portfolioId, strategyId: null }];
}

/** A position or cash breach lifts with its episode; a drawdown by a risk officer; a halt by two people. */
const exitRuleOf = (measure: Measure, state: 'REDUCING' | 'HALTED'): ExitRule => {
  if (state === 'HALTED') return 'two-people';
  return measure === 'position' || measure === 'cash' ? 'episode' : 'one-person';
};

async function latch(tx: Tx, rung: Rungs, state: 'REDUCING' | 'HALTED', breaches: Breaches): Promise<string[]> {
  const { measure } = partsOfKey(rung.change.key);
  const ids: string[] = [];
  for (const scope of latchScopes(rung.change.key, breaches)) {
    ids.push(
      await setLatch(tx, {
        scope,
        state,
        cause: { kind: 'breach', id: rung.episode.id, label: rung.episode.number },
        reason: rung.verdict.sentence,
        exitRule: exitRuleOf(measure, state),
        actor: breaches.actor ?? RISK_JOB,
      }),
    );
  }
  return ids;
}

async function keepEpisode(tx: Tx, change: Change, held: Map<string, Held>, breaches: Breaches): Promise<void> {
  const { loaded, now, late, state } = breaches;
  const portfolioId = loaded.portfolio.id;
  const parts = partsOfKey(change.key);
  const verdict = verdictFor(change.key, breaches);
  const value = verdict.reading.kind === 'value' ? verdict.reading.value.toFixed() : null;
  const episode = held.get(change.key) as Held;
  const running = await findRunning(tx, portfolioId, change.key);
  const severity = (hard: boolean): Severity =>
    hard
      ? breachSeverity(
          parts.measure,
          verdict.limit,
          verdict.utilisation,
          verdict.reading.kind === 'value' ? verdict.reading.value : null,
        )
      : SOFT_SEVERITY;
  const isHard = change.kind === 'rung' || change.tier === 'hard';
  const decidingSamples = encodeState(state.windows[change.key] ?? []);
  if (change.kind === 'opened' && !running) {
    await insertEpisode(tx, {
      id: episode.id,
      number: episode.number,
      portfolioId,
      strategyId: parts.scope.kind === 'strategy' ? parts.scope.id : null,
      key: change.key,
      measure: parts.measure,
      scope: parts.scope.kind,
      subject: parts.subject ?? '',
      tier: change.tier,
      state: 'open',
      openedAt: change.at,
      recordedAt: now,
      openedValue: value,
      worstValue: change.level.toFixed(),
      currentValue: value,
      limitValue: verdict.limit.hard.toFixed(),
      severity: severity(isHard),
      priority: PRIORITY[parts.measure],
      sentence: breachTitle(verdict, isHard),
      late,
      decidingSamples,
    });
  } else if (change.kind === 'cleared') {
    if (running) await updateEpisode(tx, running.id, { state: 'cleared', clearedAt: change.at, currentValue: value });
  } else {
    const row = running ?? (await findNewest(tx, portfolioId, change.key));
    if (row)
      await updateEpisode(
        tx,
        row.id,
        keptAs(row, change, {
          value,
          sentence: breachTitle(verdict, isHard),
          severity: severity(isHard),
          decidingSamples,
        }),
      );
  }
  recordEvent(tx, {
    type: change.kind === 'rung' ? 'risk.rung-reached' : `risk.episode-${change.kind}`,
    actor: breaches.actor ?? RISK_JOB,
    subject: { kind: 'breach-episode', id: episode.id },
    portfolioId,
    occurredAt: change.at,
    data: {
      number: episode.number,
      ...parts,
      strategyId: parts.scope.kind === 'strategy' ? parts.scope.id : null,
      tier: change.kind === 'rung' ? 'hard' : change.tier,
      ...(change.kind === 'rung' ? { rung: change.rung, response: responseTo(parts.measure, change.rung) } : {}),
      sentence: verdict.sentence,
      limit: verdict.limit.hard.toFixed(),
      level: change.level.toFixed(6),
      late,
    },
  });
}

function keptAs(
  row: EpisodeRow,
  change: Change,
  seen: { value: string | null; sentence: string; severity: Severity; decidingSamples: unknown },
): Partial<EpisodeRow> {
  const worst = Decimal.max(row.worstValue ?? 0, change.level).toFixed();
  const again =
    change.kind === 'reopened' ? { state: 'open' as const, clearedAt: null, reopened: row.reopened + 1 } : {};
  const tier = change.kind === 'rung' || change.tier === 'hard' ? ('hard' as const) : row.tier;
  return {
    ...again,
    tier,
    worstValue: worst,
    currentValue: seen.value,
    severity: graver(row.severity as Severity, seen.severity),
    ...(tier === 'hard' && row.tier !== 'hard' ? { sentence: seen.sentence } : {}),
    decidingSamples: seen.decidingSamples,
  };
}

/** Runs one handler alone; what fails is kept as a failed action of its rung, in words. */
async function guarded(
  tx: Tx,
  rung: Rungs,
  breaches: Breaches,
  part: string,
  work: () => Promise<void>,
): Promise<void> {
  const outcome = await attempt(tx, work);
  if (outcome.ok) return;
  log.error({ err: outcome.error, episode: rung.episode.number, part }, 'a breach action failed');
  await insertAction(tx, {
    ...actionBase(rung, breaches),
    rung: `${rung.change.rung}:${part}`,
    type: part,
    params: {},
    state: 'failed',
    automatic: true,
    error: 'The action could not be prepared. A person must act.',
    settledAt: breaches.now,
  });
}

const actionBase = (rung: Rungs, { now }: Breaches) => ({
  id: newId(),
  episodeId: rung.episode.id,
  priority: PRIORITY[partsOfKey(rung.change.key).measure],
  reason: rung.verdict.sentence,
  proposedAt: now,
});

async function tellEngines(tx: Tx, rung: Rungs, latched: Map<string, string[]>, breaches: Breaches): Promise<void> {
  const { latch: state } = rung.response;
  if (!state) return;
  const { loaded, now } = breaches;
  const latchIds = latched.get(`${rung.change.key}:${rung.change.rung}`) ?? [];
  const commands: string[] = [];
  for (const [index, scope] of latchScopes(rung.change.key, breaches).entries()) {
    commands.push(
      ...(await commandState(tx, {
        portfolioId: loaded.portfolio.id,
        scope,
        state,
        strategies: loaded.strategies,
        cause: { kind: 'breach-episode', id: rung.episode.id, label: rung.episode.number },
        key: `latch:${latchIds[index] ?? rung.episode.id}`,
        actor: breaches.actor ?? RISK_JOB,
      })),
    );
  }
  await insertAction(tx, {
    ...actionBase(rung, breaches),
    rung: String(rung.change.rung),
    type: state === 'HALTED' ? 'halt' : 'reduce-only',
    params: { latches: latchIds },
    automatic: true,
    ...(commands.length
      ? { state: 'sent' as const, commandId: commands[0] }
      : { state: 'failed' as const, settledAt: now, error: 'No approved trading engine is registered to be told.' }),
  });
}

function proposalOf(rung: Rungs, { state }: Breaches): Proposal | null {
  const { subject, scope } = partsOfKey(rung.change.key);
  const totals = totalsOf(Object.values(state.accounts));
  const own = scope.kind === 'strategy' ? totals.positions.filter((p) => p.strategy === scope.id) : totals.positions;
  switch (rung.response.proposal) {
    case 'reduce-positions':
      return cutPositions(own, ONE_LOT);
    case 'reduce-position':
      return cutToLimit(totals.positions, subject ?? '', rung.verdict.limit.hard, totals.equity, ONE_LOT);
    case 'raise-cash':
      return totals.cash === null ? null : raiseCash(totals.cash, rung.verdict.limit.hard, totals.equity);
    // The pair is named where both series are at hand: when a day closes.
    case 'cut-capital':
    case null:
      return null;
  }
}

async function propose(tx: Tx, rung: Rungs, breaches: Breaches): Promise<void> {
  const proposal = proposalOf(rung, breaches);
  if (!proposal) return;
  const { loaded, now, state } = breaches;
  const since = state.day?.start ?? now;
  if ((await countProposals(tx, loaded.portfolio.id, rung.change.key, since)) >= ACTIONS_PER_DAY) return;
  await insertProposal(
    tx,
    rung.episode,
    rung.change.rung,
    rung.verdict,
    proposal,
    now,
    loaded.portfolio.id,
    breaches.actor ?? RISK_JOB,
  );
}

/** Puts a proposal before a person, once per rung of its episode. */
export async function insertProposal(
  tx: Tx,
  episode: Held,
  rung: Rung,
  verdict: Pick<Verdict, 'sentence' | 'measure'>,
  proposal: Proposal,
  now: Date,
  portfolioId: string,
  actor: Actor,
): Promise<void> {
  const id = newId();
  const made = await insertAction(tx, {
    id,
    episodeId: episode.id,
    rung: `${rung}:proposal`,
    type: proposal.kind,
    priority: PRIORITY[verdict.measure],
    reason: verdict.sentence,
    params: encodeState(proposal),
    state: 'proposed',
    automatic: false,
    proposedAt: now,
    expiresAt: new Date(now.getTime() + PROPOSAL_ESCALATES_MS),
  });
  if (!made) return;
  recordEvent(tx, {
    type: 'risk.action-proposed',
    actor,
    subject: { kind: 'breach-action', id },
    portfolioId,
    data: { episode: episode.number, episodeId: episode.id, proposal: encodeState(proposal), reason: verdict.sentence },
  });
}

async function askEmergency(tx: Tx, rung: Rungs, breaches: Breaches): Promise<void> {
  if (!rung.response.emergency) return;
  const { scope } = partsOfKey(rung.change.key);
  await insertAction(tx, {
    ...actionBase(rung, breaches),
    rung: `${rung.change.rung}:emergency`,
    type: 'request-emergency',
    params: {},
    state: 'sent',
    automatic: true,
  });
  recordEvent(tx, {
    type: 'risk.emergency-requested',
    actor: breaches.actor ?? RISK_JOB,
    subject: { kind: 'breach-episode', id: rung.episode.id },
    portfolioId: breaches.loaded.portfolio.id,
    data: {
      number: rung.episode.number,
      severity: 'high',
      scope: scope.kind === 'strategy' ? 'strategy' : 'portfolio',
      strategyId: scope.kind === 'strategy' ? scope.id : null,
      reason: rung.verdict.sentence,
    },
  });
}

async function tellPeople(
  tx: Tx,
  key: string,
  changes: readonly Change[],
  held: Map<string, Held>,
  rungs: readonly Rungs[],
  breaches: Breaches,
): Promise<void> {
  const own = changes.filter((c) => c.key === key);
  const episode = held.get(key) as Held;
  const { loaded, now, late } = breaches;
  const parts = partsOfKey(key);
  const opened = own.filter((c) => c.kind !== 'cleared');
  const last = own.at(-1);
  if (opened.length > 0) {
    const verdict = verdictFor(key, breaches);
    const hard = opened.some((c) => c.kind === 'rung' || c.tier === 'hard');
    const value = verdict.reading.kind === 'value' ? verdict.reading.value : null;
    const earliest = instantText(new Date(now.getTime() + HALT_EARLIEST_MS), loaded.portfolio.timeZone, now);
    const responses = rungs.filter((r) => r.change.key === key).map((r) => responseText(r.response, earliest));
    const strategy = loaded.strategies.find((s) => s.id === parts.scope.id);
    const alertId = await raiseAlert(tx, {
      fingerprint: fingerprintOfLimit(key),
      severity: hard ? breachSeverity(parts.measure, verdict.limit, verdict.utilisation, value) : SOFT_SEVERITY,
      title: breachTitle(verdict, hard),
      body: [
        `${episode.number} in ${loaded.portfolio.name}${strategy ? `, ${strategy.name}` : ''}${late ? ', found in a late sample' : ''}.`,
        ...responses,
        hard ? '' : 'Nothing is done by itself: this warns before the limit.',
      ]
        .filter(Boolean)
        .join(' '),
      portfolioId: loaded.portfolio.id,
      strategyId: strategy?.id ?? null,
      subject: { kind: 'breach-episode', id: episode.id },
      link: `/risk?episode=${episode.number}`,
      facts: { Portfolio: loaded.portfolio.name, Limit: MEASURE_LABEL[parts.measure], Breach: episode.number },
      actor: breaches.actor ?? RISK_JOB,
    });
    await updateEpisode(tx, episode.id, { alertId });
  }
  if (last?.kind === 'cleared') {
    await resolveAlert(
      tx,
      fingerprintOfLimit(key),
      `${episode.number} cleared: the value is inside its recovery threshold.`,
    );
    await liftWithEpisode(tx, episode, breaches);
  }
}

/** Latches that end with their episode are taken off, and the engine is told what holds then. */
async function liftWithEpisode(tx: Tx, episode: Held, breaches: Breaches): Promise<void> {
  const { loaded } = breaches;
  const actor = breaches.actor ?? RISK_JOB;
  const open = await listOpenLatches([loaded.portfolio.id], tx);
  for (const held of open.filter((l) => l.exitRule === 'episode' && l.cause.id === episode.id)) {
    await releaseLatch(tx, held.id, { actor, reason: `${episode.number} cleared.` });
    await tellStateNow(tx, held.scope, loaded, `lift:${held.id}`, actor);
  }
}

/** Tells engines the state that holds in a scope after a latch came off. */
export async function tellStateNow(
  tx: Tx,
  scope: LatchScope,
  loaded: LoadedContext,
  key: string,
  actor: Actor,
): Promise<void> {
  const portfolioId = loaded.portfolio.id;
  const { tradingStateOf } = await import('../trading-state/store');
  const state = await tradingStateOf({ portfolioId, strategyId: scope.strategyId }, tx);
  await commandState(tx, {
    portfolioId,
    scope,
    state,
    strategies: loaded.strategies,
    cause: { kind: 'latch', id: key },
    key,
    actor,
  });
}
