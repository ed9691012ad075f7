import { reportJson, reportOf } from '../evidence/evidence-report';
import { reportText } from '../evidence/evidence-text';
import { runCommand } from './command';
import { evidenceArguments } from './evidence-arguments';
import { importFromDisk } from './evidence-file';

const USAGE = `Usage: npm run -s evidence -- FILE [--json] [--kind prices|returns|positions|transactions] [--unit fraction|percent] [--column NAME] [--scale N]
Statistics of a backtest: Freqtrade (.json, .zip), LEAN (.json), prices or returns (.csv), pyfolio positions or transactions (.csv).`;

/** Prints the statistics of one backtest file; needs no database. */
await runCommand(async () => {
  const { file, json, choice } = evidenceArguments(USAGE);
  const report = reportOf(await importFromDisk(file, choice));
  console.log(json ? JSON.stringify(reportJson(report), null, 2) : reportText(report));
  return 0;
});
