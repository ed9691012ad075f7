import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askReplay, postHere } from '../engines/paper/control';
import { PaperCredentials, paperOptions, USAGE } from '../engines/paper/options';
import { runPaperEngine } from '../engines/paper/run';

/** The paper trading engine as a process of its own; beside a running demo it tells the demo's engine instead. */
const argv = process.argv.slice(2);
const refuse = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};
if (argv.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}

const folders = process.env.GOING_LIVE_DATA ? [process.env.GOING_LIVE_DATA] : [join('.data', 'demo'), '.data'];
const file = folders.map((folder) => join(folder, 'paper-engine.json')).find((path) => existsSync(path));
const written = file ? PaperCredentials.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
const parsed = paperOptions(argv, process.env, written);
if (!parsed.ok) throw refuse(`${parsed.sentence}\n\n${USAGE}`);
const { options } = parsed;
if (!options.secret) {
  refuse('The paper engine needs the secret of its registration: --secret or PAPER_ENGINE_SECRET (Settings, Engines).');
}

const say = (sentence: string) => console.log(`paper engine: ${sentence}`);
try {
  const running = await runPaperEngine(options, say);
  say(`listening on http://127.0.0.1:${running.port}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await running.stop();
      process.exit(0);
    });
  }
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE') throw refuse(message);
  if (!options.isReplay) throw refuse(`Port ${options.port} is taken: give another with --port.`);
  const target = { url: `http://127.0.0.1:${options.port}`, secrets: (options.secret ?? '').split(',') };
  const { from } = await askReplay(target, { from: options.from }, postHere).catch((cause: Error) =>
    refuse(cause.message),
  );
  say(`the engine that runs on port ${options.port} now replays from ${from}`);
}
