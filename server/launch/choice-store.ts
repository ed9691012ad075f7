import 'server-only';
import { visiblePortfolios } from '../identity/authorize';
import type { PersonActor } from '../kernel/actor';
import { Decimal, fractionText } from '../kernel/decimal';
import { readNow } from '../kernel/transaction';
import { listStrategies, releasesOf } from '../strategies/store';
import { allocationsBeside, openLaunchesOf } from './store';

/** Releases that could be launched, the newest of each strategy first. */
export async function launchChoices(actor: PersonActor) {
  const now = await readNow();
  const choices = [];
  for (const strategy of await listStrategies(visiblePortfolios(actor))) {
    const [open] = await openLaunchesOf(strategy.id);
    const beside = await allocationsBeside(strategy.portfolioId, strategy.id, now);
    const allocated = beside.others.reduce((sum, one) => sum.plus(one), new Decimal(0));
    for (const release of await releasesOf(strategy.id)) {
      choices.push({
        releaseId: release.id,
        version: release.version,
        strategyName: strategy.name,
        portfolioName: strategy.portfolioName,
        allocatedFraction: fractionText(allocated),
        hasEngine: strategy.engineId !== null,
        openLaunch: open?.number ?? null,
      });
    }
  }
  return choices;
}
