import 'server-only';
import { recordEvent } from '../audit/record';
import { probeStanding } from '../checklist/probe';
import { loadItems } from '../checklist/store';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { log } from '../kernel/log';
import { inTransaction, publish, readNow, type Tx } from '../kernel/transaction';
import { tradingStateOf } from '../trading-state/store';
import { bucketHealth, known, type SoakFacts } from './soak-health';
import { bucketsSince, insertBucket, staysOf } from './stay-store';
import { listWatched, type NamedLaunch, namedLaunch } from './store';
import {
  dataFacts,
  engineFacts,
  hardBreaches,
  limitSetsInForce,
  openEmergencies,
  reconciliation,
  seriousAlerts,
} from './trading-facts-store';

const SOAK = job('soak-health');
const MINUTE = 60_000;

/**
 * Keeps the health of the minute that just ended for every launch with capital. Called each minute; a minute it misses
 * stays missing, which pauses the soak. Gives how many minutes were kept and with which verdicts.
 */
export async function recordSoakHealth(): Promise<Record<string, number>> {
  const bucket = new Date(Math.floor((await readNow()).getTime() / MINUTE) * MINUTE - MINUTE);
  const count: Record<string, number> = { launches: 0, healthy: 0, pause: 0, restart: 0 };
  for (const { id } of await listWatched()) {
    count.launches = (count.launches ?? 0) + 1;
    try {
      const verdict = await recordMinute(id, bucket);
      if (verdict) count[verdict] = (count[verdict] ?? 0) + 1;
    } catch (error) {
      log.error({ err: error, launch: id }, 'the health of a minute could not be kept');
    }
  }
  return count;
}

async function recordMinute(launchId: string, bucket: Date): Promise<string | null> {
  return inTransaction(async (tx, now) => {
    authorize(SOAK, 'launch.edit');
    const named = await namedLaunch(launchId, tx);
    const stay = (await staysOf(launchId, tx)).findLast((one) => one.leftAt === null && one.tranche > 0);
    if (!named || !stay || stay.enteredAt > bucket) return null;
    const facts = await soakFacts(tx, named, stay.enteredAt, now);
    const { verdict, reasons } = bucketHealth(facts);
    if (!(await insertBucket(tx, { launchId, bucket, verdict, reasons, recordedAt: now }))) return null;
    const before = (await bucketsSince(launchId, new Date(bucket.getTime() - MINUTE), tx)).find(
      (one) => one.bucket.getTime() === bucket.getTime() - MINUTE,
    );
    // Minutes are telemetry; what people ask about later is when the clock stopped and why.
    if ((before?.verdict ?? 'healthy') !== verdict) {
      recordEvent(tx, {
        type:
          verdict === 'healthy'
            ? 'launch.soak-resumed'
            : verdict === 'pause'
              ? 'launch.soak-paused'
              : 'launch.soak-restarted',
        actor: SOAK,
        subject: { kind: 'launch', id: launchId },
        portfolioId: named.launch.portfolioId,
        launchId,
        data: { number: named.launch.number, tranche: stay.tranche, minute: bucket.toISOString(), reasons },
      });
    }
    publish(tx, 'launches');
    return verdict;
  });
}

async function soakFacts(tx: Tx, named: NamedLaunch, enteredAt: Date, now: Date): Promise<SoakFacts> {
  const { launch } = named;
  const place = { portfolioId: launch.portfolioId, strategyId: launch.strategyId };
  const { data, instruments } = await dataFacts(named, now, tx);
  const engine = await engineFacts(named, now, tx);
  const alerts = await seriousAlerts(launch.id, tx);
  const titles = (severity: string) =>
    alerts.filter((one) => one.severity === severity).map((one) => `${one.number}: ${one.title}`);
  const ofEngine = <T>(pick: (value: Extract<typeof engine, { known: true }>['value']) => T) =>
    engine.known ? pick(engine.value) : { known: false as const, why: engine.why };
  return {
    tradingState: known(await tradingStateOf(place, tx)),
    hardBreaches: known(
      (await hardBreaches(launch.portfolioId, now, tx))
        .filter((one) => concerns(one, launch.strategyId, instruments))
        .map((one) => one.sentence),
    ),
    isDataFresh: data.known ? known(data.value.isFresh) : data,
    heartbeatAgeSeconds: ofEngine((one) => one.heartbeatAgeSeconds),
    digestMatches: ofEngine((one) =>
      one.digest.known ? known(one.digest.value === named.release.digest) : one.digest,
    ),
    capitalMatches: ofEngine((one) => one.capitalMatches ?? { known: false as const, why: 'no capital was fixed yet' }),
    criticalAlerts: known(titles('critical')),
    highAlerts: known(titles('high')),
    emergencies: known((await openEmergencies(named, tx)).map((one) => `emergency ${one.number}`)),
    isReconciled: await reconciliation(launch.portfolioId, data, tx),
    failedCriticalProbes: known(await failedProbes(tx, named, now)),
    limitsAsApprovedOrTighter: known(
      !(await limitSetsInForce(named, now, tx)).some(
        (set) => set.effectiveAt! > enteredAt && (set.change === 'loosen' || set.change === 'override'),
      ),
    ),
  };
}

/** Breaches of the strategy, of an instrument it holds, and of the portfolio's own drawdown, loss or cash. */
function concerns(
  one: { strategyId: string | null; measure: string; subject: string },
  strategyId: string,
  instruments: ReadonlySet<string>,
): boolean {
  if (one.strategyId !== null) return one.strategyId === strategyId;
  if (one.measure === 'position') return instruments.has(one.subject);
  return ['drawdown', 'dailyLoss', 'cash'].includes(one.measure);
}

async function failedProbes(tx: Tx, named: NamedLaunch, now: Date): Promise<string[]> {
  const items = await loadItems(named.launch.id, named.launch.portfolioId, tx);
  return items
    .filter(({ row }) => row.isCritical)
    .flatMap(({ row, facts }) =>
      facts.probes.some((one) => probeStanding(one, now).state === 'bad') ? [`probe of '${row.text}' is bad`] : [],
    );
}
