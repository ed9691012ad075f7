import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command';
import { DEMO_FOLDER } from './demo-folder';
import { demoSignIns } from './demo-sign-ins';
import { RefusedStart } from './refused-start';

await runCommand(async () => {
  if (!existsSync(join(DEMO_FOLDER, 'people.json'))) {
    throw new RefusedStart(`There is no demo in ${DEMO_FOLDER} yet: start it with "npm run demo".`);
  }
  console.log(demoSignIns(DEMO_FOLDER, new Date()));
  return 0;
});
