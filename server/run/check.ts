import { checkLockfile, checkStyle, checkTypes, runVitest } from './checks';
import { runCommand } from './command';
import { conclude, runSideBySide } from './tally';

await runCommand(async () =>
  conclude(
    await runSideBySide([
      { name: 'style', run: checkStyle },
      { name: 'lockfile', run: checkLockfile },
      { name: 'types', run: checkTypes },
      { name: 'pure', run: () => runVitest('pure') },
    ]),
  ),
);
