import { readFile } from 'node:fs/promises';
import { dayText } from '../evidence/file-time';
import { replayHistoryOf } from '../evidence/replay-history';
import { textTable } from '../evidence/text-table';
import { percentText } from '../kernel/format';
import { type Replay, replay } from '../risk/replay/replay';
import { haltsOf, JUDGED_CLOSES, replayTotals } from '../risk/replay/replay-halts';
import type { ReplayHistory } from '../risk/replay/replay-history';
import { DEFAULT_REPLAY_LIMITS, REPLAY_LIMITS, type ReplayLimits, replayLimitsOf } from '../risk/replay/replay-limits';
import { runCommand } from './command';
import { evidenceArguments } from './evidence-arguments';
import { asRefusal, importFromDisk, typedPath } from './evidence-file';
import { RefusedStart } from './refused-start';

const USAGE = `Usage: npm run -s replay -- FILE [--limits FILE] [--against FILE] [--strategy NAME] [--json] [--kind prices|returns] [--unit fraction|percent] [--column NAME]
Runs hard limits over the daily closes of a backtest. A limit set is JSON with fractions: {"drawdown": 0.1, "dailyLoss": 0.05}.
--against replays a second limit set over the same history.`;

/** Replays a limit set over one backtest file, or compares two; needs no database. */
await runCommand(async () => {
  const { file, json, choice, texts } = evidenceArguments(USAGE, {
    limits: { type: 'string' },
    against: { type: 'string' },
    strategy: { type: 'string' },
  });
  const limits = await limitsFrom(texts.limits);
  const against = texts.against === undefined ? null : await limitsFrom(texts.against);
  const imported = await importFromDisk(file, choice);
  try {
    const history = replayHistoryOf(imported, typeof texts.strategy === 'string' ? texts.strategy : undefined);
    const result = replay(history, limits);
    const other = against && replay(history, against);
    console.log(
      json
        ? JSON.stringify({ ...replayJson(result), ...(other && { against: replayJson(other) }) }, null, 2)
        : replayText(history, result, other),
    );
  } catch (cause) {
    throw asRefusal(cause, file);
  }
  return 0;
});

async function limitsFrom(path: string | boolean | undefined): Promise<ReplayLimits> {
  if (typeof path !== 'string') return DEFAULT_REPLAY_LIMITS;
  try {
    return replayLimitsOf(JSON.parse(await readFile(typedPath(path), 'utf8')));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new RefusedStart(`${path} is not valid JSON.`);
    throw asRefusal(cause, path);
  }
}

function replayJson(result: Replay) {
  return {
    limits: Object.fromEntries(REPLAY_LIMITS.map((name) => [name, result.limits[name].toNumber()])),
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
  };
}

function replayText(history: ReplayHistory, result: Replay, other: Replay | null): string {
  const head = `${dayText(result.first)} to ${dayText(result.last)}, ${result.days} daily closes`;
  const summary = (one: Replay) =>
    textTable(
      [
        ['Limit', 'hard', 'days beyond', 'episodes', 'worst'],
        ...REPLAY_LIMITS.map((name) => {
          const found = one.breaches[name];
          const worst = found?.episodes.toSorted((a, b) =>
            name === 'cash' ? a.worst - b.worst : b.worst - a.worst,
          )[0];
          const bound = `${name === 'cash' ? '>=' : '<='} ${name === 'correlation' ? one.limits[name].toFixed(2) : percentText(one.limits[name])}`;
          if (!found) return [name, bound, '?', '?', 'the file cannot tell'];
          return [
            name,
            bound,
            String(found.daysInBreach),
            String(found.episodes.length),
            worst ? `${percentText(worst.worst)} on ${dayText(worst.worstAt)}` : '',
          ];
        }),
      ],
      [false, true, true, true],
    );
  const list = REPLAY_LIMITS.flatMap((name) =>
    (result.breaches[name]?.episodes ?? []).map((one) => [
      name,
      dayText(one.from),
      dayText(one.to),
      `${one.days} d`,
      percentText(one.worst),
      one.subject ?? '',
    ]),
  );
  const episodes =
    list.length === 0
      ? 'No breach.'
      : textTable([['Limit', 'from', 'to', 'days', 'worst', ''], ...list], [false, false, false, true, true]);
  const whole = (one: Replay) => `${summary(one)}\n${haltText(history, one)}`;
  return [head, whole(result), ...(other ? ['Against', whole(other)] : []), episodes].join('\n\n');
}

function haltText(history: ReplayHistory, result: Replay): string {
  if (!history.curve) return 'Halts: unknown, the file has no daily equity.';
  const { halts, falseAlarms } = replayTotals(result, haltsOf(history.curve, result.limits));
  return `Halts ${halts}, of them false alarms ${falseAlarms} (the ${JUDGED_CLOSES} closes after it gained). A daily loss halts at its limit, a drawdown at 125 % of it.`;
}
