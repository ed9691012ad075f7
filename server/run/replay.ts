import { readFile } from 'node:fs/promises';
import { replayHistoryOf } from '../evidence/replay-history';
import { replay } from '../risk/replay/replay';
import { DEFAULT_REPLAY_LIMITS, type ReplayLimits, replayLimitsOf } from '../risk/replay/replay-limits';
import { replayJson, replayText } from '../risk/replay/replay-report';
import { runCommand } from './command';
import { evidenceArguments } from './evidence-arguments';
import { asRefusal, importFromDisk, typedPath } from './evidence-file';
import { RefusedStart } from './refused-start';

const USAGE = `Usage: npm run -s replay -- FILE [--limits FILE] [--against FILE] [--strategy NAME] [--json] [--kind prices|returns|positions|transactions] [--unit fraction|percent] [--column NAME]
Runs hard limits over the daily closes of a backtest. A limit set is JSON with fractions: {"drawdown": 0.1, "dailyLoss": 0.05}; "instruments": {"SPY": 0.9} limits single positions.
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
    const replayed = [limits, ...(against ? [against] : [])].map((set) => ({ history, result: replay(history, set) }));
    const [first, other] = replayed;
    console.log(
      json
        ? JSON.stringify({ ...replayJson(first!), ...(other && { against: replayJson(other) }) }, null, 2)
        : replayText(replayed),
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
