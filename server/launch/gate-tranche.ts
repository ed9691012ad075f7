import { durationText } from '../kernel/format';
import { stepCondition } from './gate-conditions';
import {
  blocked,
  type Condition,
  type ConditionAction,
  type ConditionKind,
  type GateFacts,
  met,
  unread,
  whenKnown,
} from './gate-facts';
import { type SoakDemand, soakCounts } from './soak';
import { HEARTBEAT_SECONDS, type Known } from './soak-health';
import { previousTranche } from './tranches';

/** Conditions of the gates that give capital: what was held so far, and what would trade with it now. */
export function trancheConditions(facts: GateFacts, tranche: 10 | 50 | 100): Condition[] {
  const { launch } = facts;
  const notPassed = [1, 2, 3].find((phase) => facts.phases.get(phase) !== 'passed');
  const before = previousTranche(tranche);
  return [
    notPassed === undefined
      ? met('phase', 'Phases 1 to 3 have passed')
      : blocked('phase', `Phase ${notPassed} has not passed; phases never skip.`, 'Engineer'),
    launch.tranche === before
      ? met('phase', before === 0 ? 'No tranche is in force yet' : `Tranche ${before} % is in force`)
      : blocked('phase', `Tranche ${launch.tranche} % is in force; ${tranche} % follows ${before} %.`, 'Nobody'),
    stepCondition(
      facts.steps.filter((step) => step.tranche === tranche),
      'steps',
    ),
    ...soakConditions(facts),
    ...tradingConditions(facts),
    ...engineConditions(facts),
  ];
}

function soakConditions({ soak, launch }: GateFacts): Condition[] {
  if (!soak) return launch.tranche === 0 ? [] : [unread('soak', 'The soak of this tranche is not known.', 'Engineer')];
  const counts = soakCounts(soak.requirement, soak);
  const clock = whenKnown('soak', 'The soak', soak.progress, 'Engineer', (progress) => {
    const text = (seconds: number) => durationText(seconds * 1000);
    const sentence = `Soak: ${text(progress.countedSeconds)} of ${text(progress.requiredSeconds)} in continuous health.`;
    if (progress.state === 'complete') return met('soak', sentence);
    const left = text(progress.requiredSeconds - progress.countedSeconds);
    const why = progress.reason ? ` ${progress.state === 'paused' ? 'Paused' : 'Restarted'}: ${progress.reason}.` : '';
    return blocked(
      'soak',
      sentence,
      'Time',
      null,
      `${left} remain.${why} A breach of this strategy restarts the clock.`,
    );
  });
  const demand = ({ isMet, isKnown, sentence, detail }: SoakDemand, who: string) =>
    isMet
      ? met('soak', sentence.replace(/\.$/, ''))
      : blocked('soak', sentence, who, null, detail, isKnown ? 'known' : 'unknown');
  return [clock, demand(counts.sessions, 'Time'), demand(counts.trades, 'The engine')];
}

function tradingConditions(facts: GateFacts): Condition[] {
  const risk = 'Risk officer';
  const list = <T>(
    kind: ConditionKind,
    name: string,
    fact: Known<readonly T[]>,
    fine: string,
    line: (one: T) => Condition,
  ) =>
    fact.known
      ? fact.value.length
        ? fact.value.map(line)
        : [met(kind, fine)]
      : [unread(kind, `${name} is not known: ${fact.why}`, risk)];
  return [
    whenKnown('trading', 'The trading state', facts.tradingState, risk, (state) =>
      state === 'ACTIVE'
        ? met('trading', 'Trading state is ACTIVE')
        : blocked('trading', `Trading state is ${state}.`, risk, { label: 'Open risk', target: 'risk', id: '' }),
    ),
    ...list('breach', 'Whether a limit is breached', facts.breaches, 'No open hard breach in this portfolio', (one) =>
      blocked(
        'breach',
        `Limit breached: ${one.sentence}`,
        risk,
        { label: 'Decide', target: 'risk', id: one.id },
        `Breach ${one.number}, ${one.state}.`,
      ),
    ),
    ...list('limits', 'The state of the limits', facts.unknownLimits, 'Every limit is known', (one) =>
      blocked('limits', `Limit not known: ${one.sentence}`, risk, {
        label: 'Open risk',
        target: 'risk',
        id: one.measure,
      }),
    ),
    whenKnown('data', 'The age of the data', facts.data, 'The engine', ({ isFresh, sentence }) =>
      isFresh ? met('data', sentence) : blocked('data', sentence, 'The engine'),
    ),
    whenKnown('equity', 'Portfolio equity', facts.equity, 'The engine', () =>
      met('equity', 'Portfolio equity is known'),
    ),
    whenKnown('reconciliation', 'Whether the P&L reconciles', facts.isReconciled, risk, (is) =>
      is
        ? met('reconciliation', 'P&L reconciles')
        : blocked('reconciliation', 'Equity and component P&L do not reconcile.', risk, {
            label: 'Open risk',
            target: 'risk',
            id: '',
          }),
    ),
    ...list('alerts', 'Whether alerts are open', facts.alerts, 'No critical or high alert of this launch', (one) =>
      blocked('alerts', `Alert ${one.number}, ${one.severity}: ${one.title}`, 'Engineer', {
        label: 'Open alert',
        target: 'alert',
        id: one.id,
      }),
    ),
    whenKnown('capital', 'The allocations of the portfolio', facts.allocation, 'Risk officer and Manager', (fault) =>
      fault === null
        ? met('capital', 'Allocations of the portfolio fit')
        : blocked('capital', fault, 'Risk officer and Manager'),
    ),
    whenKnown('reactions', 'Whether every breach has been answered', facts.reactionsBehind, 'Engineer', (behind) =>
      behind === 0
        ? met('reactions', 'Every event has been answered')
        : blocked('reactions', `${behind} ${behind === 1 ? 'event is' : 'events are'} still to be answered.`, 'Time'),
    ),
  ];
}

function engineConditions(facts: GateFacts): Condition[] {
  if (!facts.engine.known) return [unread('engine', `The engine is not known: ${facts.engine.why}`, 'Engineer')];
  const engine = facts.engine.value;
  const open: ConditionAction = { label: 'Open engine', target: 'engine', id: engine.id };
  const who = `Engine ${engine.name}`;
  return [
    whenKnown('engine', `The heartbeat of ${engine.name}`, engine.heartbeatAgeSeconds, who, (age) =>
      age <= HEARTBEAT_SECONDS
        ? met('engine', `${engine.name} is alive`)
        : blocked('engine', `${engine.name} has sent no heartbeat for ${durationText(age * 1000)}.`, who, open),
    ),
    whenKnown('engine', `The release that ${engine.name} runs`, engine.digest, who, (digest) => {
      if (digest === facts.releaseDigest) return met('engine', `Release matches what ${engine.name} reports`);
      // The release is sent with the first capital: before it the engine runs none, or the one this launch replaces.
      if (facts.launch.tranche === 0) return met('engine', `${engine.name} takes the release with its first capital`);
      const reported = digest === null ? 'It reports none' : `It reports ${digest.slice(0, 19)}`;
      const detail = `${reported}; approved is ${facts.releaseDigest.slice(0, 19)}.`;
      return blocked('engine', `${engine.name} runs another build than the release.`, who, open, detail);
    }),
    ...(engine.lax
      ? [blocked('engine', `${engine.name} says ${engine.lax.says} where ${engine.lax.holds} holds.`, who, open)]
      : []),
    ...(engine.capitalMatches === null
      ? []
      : [
          whenKnown('engine', `The capital of ${engine.name}`, engine.capitalMatches, who, (matches) =>
            matches
              ? met('engine', `${engine.name} confirmed its capital`)
              : blocked('engine', `${engine.name} works with other capital than was fixed.`, who, open),
          ),
        ]),
  ];
}
