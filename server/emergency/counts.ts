import type { CommandScope } from '../engines/messages';
import { parseDecimal } from '../kernel/decimal';
import { type KnownEngine, standingRisk } from './facts';
import type { Counts } from './view';

/** What stands at these systems within a scope, as they last said; systems that said nothing readable are named. */
export function countsOf(engines: readonly KnownEngine[], scope: CommandScope): Counts {
  const standing = standingRisk(engines, scope);
  const times = engines.flatMap(({ report }) => (report ? [new Date(report.asOf).getTime()] : []));
  return {
    workingOrders: standing.workingOrders,
    protectiveStops: standing.protectiveStops,
    positions: standing.positions.filter(({ quantity }) => !(parseDecimal(quantity)?.isZero() ?? false)).length,
    exposure: standing.exposure,
    unknownEngines: standing.unknownEngines,
    asOf: times.length ? new Date(Math.min(...times)) : null,
  };
}
