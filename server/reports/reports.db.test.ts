import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { alerts, deviationReports, launches, portfolios, releases, strategies, trancheStays } from '@/db/schema';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { readNow } from '../kernel/transaction';
import { recordMetrics } from '../monitoring/actions';
import { forgetAll } from '../notifications/testing/channels';
import { appRouter } from '../routers/_app';
import { keyFixture, type PersonFixture, personFixture } from '../testing/people';
import { issueDueReports } from './actions';
import { approveBaseline, proposeBaseline } from './baseline-actions';

const HOUR = 3_600_000;
let quant: PersonFixture;
let officer: PersonFixture;
let manager: PersonFixture;
beforeAll(async () => {
  quant = await personFixture('quant');
  officer = await personFixture('risk-officer');
  manager = await personFixture('manager');
});

/** A launch that entered 10 % some hours ago, and what its engine measured. */
async function world(enteredHoursAgo: number) {
  await forgetAll();
  const now = await readNow();
  const [portfolioId, strategyId, releaseId, launchId] = [newId(), newId(), newId(), newId()];
  const at = { createdAt: now, createdBy: 'job:test' };
  const base = { baseCurrency: 'USD', timeZone: 'America/New_York', calendarId: 'XNYS' };
  await db.insert(portfolios).values({ id: portfolioId, name: `P ${portfolioId}`, ...base, ...at });
  await db
    .insert(strategies)
    .values({ id: strategyId, portfolioId, name: 'Trend', ownerId: quant.id, engineRef: 'trend', ...at });
  const digest = `sha256:${'ab'.repeat(32)}`;
  await db.insert(releases).values({
    id: releaseId,
    strategyId,
    version: '3.0.4',
    artefactDigest: digest,
    configDigest: digest,
    digest: `${digest}${releaseId}`,
    createdBy: quant.id,
    createdAt: now,
  });
  await db.insert(launches).values({
    id: launchId,
    number: `L-${launchId.slice(-6)}`,
    portfolioId,
    strategyId,
    releaseId,
    allocation: '0.5',
    status: 'live',
    phase: 4,
    tranche: 10,
    templateVersion: 1,
    openedBy: quant.id,
    openedAt: now,
  });
  const enteredAt = new Date(now.getTime() - enteredHoursAgo * HOUR);
  await db.insert(trancheStays).values({
    id: newId(),
    launchId,
    tranche: 10,
    capital: '1000',
    equityAtEntry: '10000',
    enteredAt,
    enteredBy: 'job:test',
  });
  const { actor: key } = await keyFixture(['metrics:write'], portfolioId);
  const push = (metric: string, from: Date, minutes: number, value: number) =>
    recordMetrics(key, {
      samples: Array.from({ length: minutes }, (_, i) => ({
        metric,
        minute: new Date(from.getTime() + i * 60_000).toISOString(),
        value: value * (1 + 0.01 * Math.sin(i * 2.4)),
        samples: 10,
      })),
    });
  return { now, portfolioId, launchId, enteredAt, key, push };
}

const mine = (launchId: string) => db.select().from(deviationReports).where(eq(deviationReports.launchId, launchId));

async function approved(launchId: string, hours: number): Promise<void> {
  const { id } = await proposeBaseline(quant.actor, { launchId, takenIn: 'tranche-10', hours, headroom: [] });
  const { proposal } = await appRouter.createCaller(quant.ctx).reports.baselines({ launchId });
  for (const who of [officer, manager]) {
    const stepUp = await who.stepUp('baseline.approve', proposal!.contentHash);
    await approveBaseline(who.actor, { id, stepUp });
  }
}

describe('issuing', () => {
  test('the 1 h report is issued once, however many call, and is unknown without a baseline', async () => {
    const { launchId, enteredAt, push } = await world(2);
    await push('cpu', enteredAt, 60, 0.4);
    const answers = await Promise.all([issueDueReports(), issueDueReports(), issueDueReports()]);
    expect(answers.flatMap((answer) => answer.issued)).toHaveLength(1);
    const [report] = await mine(launchId);
    expect(report).toMatchObject({ windowHours: 1, tranche: 10, status: 'unknown', isComplete: true });
    expect((await issueDueReports()).issued).toEqual([]);
    const events = await db.execute(sql`select 1 from events where type = 'report.issued' and launch_id = ${launchId}`);
    expect(events).toHaveLength(1);
  });

  test('before the window ends nothing is due', async () => {
    const { launchId } = await world(0.5);
    await issueDueReports();
    expect(await mine(launchId)).toEqual([]);
  });

  test('all clear against an approved baseline; a far deviation is high and an alert of the launch', async () => {
    const { launchId, enteredAt, push, now } = await world(26);
    await push('cpu', enteredAt, 60, 0.4);
    await push('cpu', new Date(enteredAt.getTime() + HOUR), 23 * 60, 0.4);
    await push('throughput', enteredAt, 24 * 60, 120);
    await approved(launchId, 26);
    const { issued } = await issueDueReports();
    expect(issued.map((one) => one.status)).toEqual(['all-clear', 'all-clear']);

    const second = await world(2);
    await second.push('cpu', new Date(now.getTime() - 30 * HOUR), 26 * 60, 0.3);
    await second.push('cpu', second.enteredAt, 60, 0.7);
    await approvedFrom(second.launchId);
    await issueDueReports();
    const [report] = await mine(second.launchId);
    expect(report!.status).toBe('issues-detected');
    expect(report!.findings).toMatchObject([{ metric: 'cpu', severity: 'high', significance: 'significant' }]);
    const [alert] = await db.select().from(alerts).where(eq(alerts.launchId, second.launchId));
    expect(alert).toMatchObject({ severity: 'high', subjectKind: 'report' });
  });
});

/** A baseline of the quiet day before, approved, whatever came after it. */
async function approvedFrom(launchId: string): Promise<void> {
  await db.execute(sql`select app.shift_clock(interval '-3 hours')`);
  try {
    await approved(launchId, 26);
  } finally {
    await db.execute(sql`select app.shift_clock(interval '0')`);
  }
}

describe('a baseline', () => {
  test('is approved by two people, never the proposer, and an approval is bound to its content', async () => {
    const { launchId, push, enteredAt } = await world(2);
    await push('cpu', enteredAt, 60, 0.4);
    const proposal = { launchId, takenIn: 'staging' as const, hours: 3, headroom: [] };
    const { id } = await proposeBaseline(officer.actor, proposal);
    const view = (await appRouter.createCaller(officer.ctx).reports.baselines({ launchId })).proposal!;
    const approve = async (who: PersonFixture, hash = view.contentHash) =>
      approveBaseline(who.actor, { id, stepUp: await who.stepUp('baseline.approve', hash) });
    await expect(approve(officer)).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
    await expect(approve(quant)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(approve(manager, 'f'.repeat(64))).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    expect(await approve(manager)).toEqual({ approved: false });
    await expect(approve(manager)).rejects.toMatchObject({ code: 'ALREADY_APPROVED' });
    const other = await personFixture('risk-officer');
    expect(await approve(other)).toEqual({ approved: true });
  });

  test('two approvals at once by one person count once', async () => {
    const { launchId, push, enteredAt } = await world(2);
    await push('cpu', enteredAt, 60, 0.4);
    const { id } = await proposeBaseline(quant.actor, { launchId, takenIn: 'staging', hours: 3, headroom: [] });
    const view = (await appRouter.createCaller(quant.ctx).reports.baselines({ launchId })).proposal!;
    const tokens = [
      await manager.stepUp('baseline.approve', view.contentHash),
      await manager.stepUp('baseline.approve', view.contentHash),
    ];
    const outcomes = await Promise.allSettled(tokens.map((stepUp) => approveBaseline(manager.actor, { id, stepUp })));
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });

  test('of a saturated metric is refused until it is measured by headroom', async () => {
    const { launchId, push, enteredAt } = await world(2);
    await push('cpu', enteredAt, 60, 0.85);
    const propose = (headroom: string[]) =>
      proposeBaseline(quant.actor, { launchId, takenIn: 'staging', hours: 3, headroom });
    const approve = async (id: string) => {
      const view = (await appRouter.createCaller(quant.ctx).reports.baselines({ launchId })).proposal!;
      return approveBaseline(manager.actor, { id, stepUp: await manager.stepUp('baseline.approve', view.contentHash) });
    };
    const first = await propose([]);
    await expect(approve(first.id)).rejects.toMatchObject({ code: 'BASELINE_SATURATED' });
    const second = await propose(['cpu']);
    expect(await approve(second.id)).toEqual({ approved: false });
  });

  test('of a span without a minute is refused', async () => {
    const { launchId } = await world(2);
    const proposal = { launchId, takenIn: 'staging' as const, hours: 1, headroom: [] };
    await expect(proposeBaseline(quant.actor, proposal)).rejects.toMatchObject({ code: 'NOTHING_MEASURED' });
  });
});

describe('pushed metrics', () => {
  test('a batch sent twice changes nothing, a bad row loses nothing else and is told', async () => {
    const { key, now } = await world(2);
    const minute = new Date(now.getTime() - 600_000).toISOString();
    const samples = [
      { metric: 'cpu', minute, value: 0.4 },
      { metric: 'cpu', minute, value: 41 },
      { metric: 'nonsense', minute, value: 1 },
      { metric: 'memory', minute: '2099-01-01T00:00:00Z', value: 0.5 },
      { metric: 'memory', minute, value: 'NaN' },
    ];
    const first = await recordMetrics(key, { samples });
    expect(first).toMatchObject({ accepted: 1, repeated: 0 });
    expect(first.refused.map((one) => one.row)).toEqual([1, 2, 3, 4]);
    expect(await recordMetrics(key, { samples })).toMatchObject({ accepted: 0, repeated: 1 });
  });

  test('a key of another portfolio or without the scope is refused', async () => {
    const { portfolioId, now } = await world(2);
    const samples = [{ metric: 'cpu', minute: now.toISOString(), value: 0.4 }];
    const { actor: reader } = await keyFixture(['read'], portfolioId);
    const { actor: stranger } = await keyFixture(['metrics:write'], newId());
    for (const actor of [reader, stranger]) {
      await expect(recordMetrics(actor, { portfolioId, samples })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await expect(recordMetrics(job('x'), { samples })).rejects.toMatchObject({ code: 'INVALID' });
  });
});
