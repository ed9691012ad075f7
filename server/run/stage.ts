export type Stage = typeof stage;

/** The same without a word, for stacks that nobody watches. */
export const silentStage: Stage = (_name, work) => work();

/** One progress line per stage: what is being done, then how it ended and how long it took. Rethrows what went wrong. */
export async function stage<T>(name: string, work: () => Promise<T>, outcome?: (value: T) => string): Promise<T> {
  const started = Date.now();
  const head = `  ${name.padEnd(14)}`;
  if (process.stdout.isTTY) process.stdout.write(`${head}...`);
  const overwrite = process.stdout.isTTY ? '\r\x1b[2K' : '';
  try {
    const value = await work();
    const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
    process.stdout.write(`${overwrite}${head}${outcome ? `${outcome(value)}, ` : ''}${took}\n`);
    return value;
  } catch (error) {
    process.stdout.write(`${overwrite}${head}failed\n`);
    throw error;
  }
}
