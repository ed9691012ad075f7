import { checkLockfile, checkStyle, checkTypes, runVitest } from './checks';
import { runCommand } from './command';
import { conclude, runParts } from './tally';

await runCommand(async () =>
  conclude(
    await runParts([
      { name: 'Format, lint', run: checkStyle },
      { name: 'Lockfile', run: checkLockfile },
      { name: 'Types', run: checkTypes },
      { name: 'Pure tests', run: () => runVitest('pure') },
    ]),
  ),
);
