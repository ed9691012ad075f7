import { dayText } from '../../evidence/file-time';
import { textTable } from '../../evidence/text-table';
import { percentText } from '../../kernel/format';
import type { Replay } from './replay';
import { gapOf } from './replay-gaps';
import { haltsOf, JUDGED_CLOSES, type ReplayHalt, replayTotals } from './replay-halts';
import type { ReplayHistory } from './replay-history';
import { REPLAY_LIMITS, type ReplayLimitName, type ReplayLimits } from './replay-limits';

/** One limit set over one history. */
export type Replayed = { history: ReplayHistory; result: Replay };

const CAUSE = { drawdown: 'drawdown', dailyLoss: 'daily loss' } as const satisfies Record<ReplayHalt['cause'], string>;
const UNKNOWN = '?';

/** Null where the history has no daily equity. */
const haltsIn = ({ history, result }: Replayed): ReplayHalt[] | null =>
  history.curve && haltsOf(history.curve, result.limits);

/**
 * A replay as machines read it: fractions and not per cent, days as `YYYY-MM-DD`, `null` is unknown. The shape is a contract
 * with scripts and CI; fields are only ever added.
 */
export function replayJson(replayed: Replayed) {
  const { result } = replayed;
  return {
    limits: limitsJson(result.limits),
    first: dayText(result.first),
    last: dayText(result.last),
    days: result.days,
    breaches: Object.fromEntries(
      REPLAY_LIMITS.map((name) => {
        const found = result.breaches[name];
        return [
          name,
          found && {
            daysInBreach: found.daysInBreach,
            episodes: found.episodes.map(({ from, to, days }) => ({ from: dayText(from), to: dayText(to), days })),
          },
        ];
      }),
    ),
    halts:
      haltsIn(replayed)?.map(({ at, cause, level, after, isFalseAlarm }) => ({
        date: dayText(at),
        cause,
        level,
        after,
        falseAlarm: isFalseAlarm,
      })) ?? null,
  };
}

function limitsJson(limits: ReplayLimits) {
  const general = Object.fromEntries(REPLAY_LIMITS.map((name) => [name, limits[name].toNumber()]));
  if (!limits.instruments?.size) return general;
  const own = Array.from(limits.instruments, ([name, hard]) => [name, hard.toNumber()] as const);
  return { ...general, instruments: Object.fromEntries(own) };
}

/** One replay for a terminal, or two sets over the same history: totals, breaches and halts of each. */
export function replayText([first, ...others]: readonly Replayed[]): string {
  if (!first) return '';
  const { result } = first;
  const head = `${dayText(result.first)} to ${dayText(result.last)}, ${result.days} daily closes`;
  return [head, ...wholeText(first), ...others.flatMap((other) => ['Against', ...wholeText(other)])].join('\n\n');
}

const wholeText = (replayed: Replayed): string[] => [
  totalsText(replayed.result),
  episodesText(replayed.result),
  haltsText(replayed),
];

const levelText = (name: ReplayLimitName, level: number): string =>
  name === 'correlation' ? level.toFixed(2) : percentText(level);

function totalsText(result: Replay): string {
  const { limits, breaches } = result;
  const rows = REPLAY_LIMITS.map((name) => {
    const bound = `${name === 'cash' ? '>=' : '<='} ${name === 'correlation' ? limits[name].toFixed(2) : percentText(limits[name])}`;
    const found = breaches[name];
    const gap = gapOf(result, name);
    if (!found) return [name, bound, UNKNOWN, UNKNOWN, `unknown: ${gap}`];
    const [worst] = found.episodes.toSorted((a, b) => (name === 'cash' ? a.worst - b.worst : b.worst - a.worst));
    const words = [worst && `${levelText(name, worst.worst)} on ${dayText(worst.worstAt)}`, gap].filter(Boolean);
    return [name, bound, String(found.daysInBreach), String(found.episodes.length), words.join('; ')];
  });
  const own = Array.from(limits.instruments ?? [], ([name, hard]) => `position of ${name} <= ${percentText(hard)}`);
  const table = textTable([['Limit', 'hard', 'days beyond', 'episodes', 'worst'], ...rows], [false, true, true, true]);
  return own.length === 0 ? table : `${table}\n${own.join('\n')}`;
}

function episodesText({ breaches }: Replay): string {
  const rows = REPLAY_LIMITS.flatMap((name) =>
    (breaches[name]?.episodes ?? []).map((one) => [
      name,
      dayText(one.from),
      dayText(one.to),
      `${one.days} d`,
      levelText(name, one.worst),
      one.subject ?? '',
    ]),
  );
  if (rows.length === 0) return 'No breach.';
  return textTable([['Limit', 'from', 'to', 'days', 'worst', ''], ...rows], [false, false, false, true, true]);
}

function haltsText(replayed: Replayed): string {
  const halts = haltsIn(replayed);
  if (!halts) return 'Halts: unknown, the history has no daily equity.';
  if (halts.length === 0) return 'No halt. A daily loss halts at its limit, a drawdown at 125 % of it.';
  const { falseAlarms } = replayTotals(replayed.result, halts);
  const rows = halts.map(({ at, cause, level, after, isFalseAlarm }) => [
    dayText(at),
    CAUSE[cause],
    percentText(level),
    after === null ? UNKNOWN : `${after > 0 ? '+' : ''}${percentText(after)}`,
    isFalseAlarm === null ? UNKNOWN : isFalseAlarm ? 'false alarm' : 'no false alarm',
  ]);
  const table = textTable(
    [['Halt', 'cause', 'level', `next ${JUDGED_CLOSES} closes`, ''], ...rows],
    [false, false, true, true],
  );
  return `${table}\nHalts ${halts.length}, of them false alarms ${falseAlarms} (the ${JUDGED_CLOSES} closes after it gained). A daily loss halts at its limit, a drawdown at 125 % of it.`;
}
