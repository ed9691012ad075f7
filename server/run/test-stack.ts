import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { companionEnvironment, companions } from './companions';
import { freePort } from './embedded-postgres.mjs';
import { type Stack, startStack } from './stack';
import { silentStage } from './stage';
import { temporaryFolder } from './temporary-folder';

export const TEST_DIST_FOLDER = '.next-test';

/** A whole installation for the browser: own cluster, ports nobody holds, everything in a folder that goes with it. */
export async function startTestStack(logFolder?: string): Promise<Stack> {
  const dataFolder = temporaryFolder('browser');
  process.env.PORT = String(await freePort());
  process.env.GOING_LIVE_SMTP_PORT = String(await freePort());
  process.env.GOING_LIVE_INBOX_PORT = String(await freePort());
  const remove = () => rmSync(dataFolder, { recursive: true, force: true });
  try {
    const stack = await startStack({
      kind: 'test',
      dataFolder,
      web: 'start',
      distFolder: TEST_DIST_FOLDER,
      logFolder: logFolder ?? join(dataFolder, 'logs'),
      environment: companionEnvironment,
      companions,
      withoutSchedule: true,
      stage: silentStage,
    });
    return { ...stack, stop: () => stack.stop().then(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
