import { and, eq } from 'drizzle-orm';
import { afterAll, describe, expect, test } from 'vitest';
import { closeDatabase, db, sql } from '@/db/client';
import {
  alerts,
  approvals,
  breachEpisodes,
  emergencies,
  events,
  launches,
  soakBuckets,
  strategies,
  trancheStays,
} from '@/db/schema';
import { attachEvidence } from '../checklist/actions';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { inTransaction, readNow } from '../kernel/transaction';
import { keyFixture, personFixture } from '../testing/people';
import { setLatch } from '../trading-state/actions';
import { tradingStateOf } from '../trading-state/store';
import { abortLaunch, demoteLaunch, holdLaunch, openLaunch, releaseHold } from './actions';
import { reactToBreach } from './breach-actions';
import { holdForEmergency } from './emergency-actions';
import { evaluateGate } from './gate';
import { decideGate, passGate } from './gate-actions';
import { gateView } from './gate-view';
import { closeOverrideReview, overrideGate } from './override-actions';
import { recordStep } from './phase-actions';
import { removeStep } from './runbook-actions';
import { stepsOf } from './runbook-store';
import { recordSoakHealth } from './soak-actions';
import { findLaunch, namedLaunch, reviewsOf } from './store';
import { launchWorld, phaseStates, RELEASE, readyForCapital } from './testing/launch-world';

afterAll(closeDatabase);

const code = (wanted: string) => expect.objectContaining({ code: wanted });
const blockersOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(() => null).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'GATE_CLOSED' });
  return (error.data.blockers as { sentence: string }[]).map((one) => one.sentence);
};

describe('opening a launch', () => {
  test('copies the template, the runbook and the phases, with a number', async () => {
    const w = await launchWorld({ items: 23 });
    expect((await w.items()).map((one) => one.row.number)).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
    expect(await phaseStates(w.launchId)).toEqual(['ready', 'blocked', 'blocked', 'blocked']);
    expect((await findLaunch(w.launchId))?.number).toMatch(/^L-\d{4}$/);
  });

  test('a strategy has one open launch, and refusals name the field', async () => {
    const w = await launchWorld();
    await expect(openLaunch(w.quant.actor, { releaseId: w.releaseId, allocation: '0.1' })).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: { releaseId: [expect.stringContaining('still open')] } },
    });
  });

  test('allocations of a portfolio stay within 100 % however many are opened at once', async () => {
    const { riskWorld } = await import('../risk/testing/risk-world');
    const { releases } = await import('@/db/schema');
    const w = await riskWorld({ refs: ['a', 'b', 'c', 'd'] });
    const quant = await personFixture({ role: 'quant', portfolioId: w.portfolioId });
    const ids = await Promise.all(
      w.strategies.map(async (strategy) => {
        const id = newId();
        const digests = { artefactDigest: RELEASE, configDigest: RELEASE, digest: RELEASE };
        await db.insert(releases).values({
          id,
          strategyId: strategy.id,
          version: '1',
          ...digests,
          createdBy: quant.id,
          createdAt: new Date(),
        });
        return id;
      }),
    );
    const results = await Promise.allSettled(
      ids.map((releaseId) => openLaunch(quant.actor, { releaseId, allocation: '0.4' })),
    );
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(2);
    const refused = results.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason.data.fields.allocation[0]).toMatch(/20\.00\s% is left/);
  });
});

describe('the runbook', () => {
  test('is recorded over the API once per key, and the last good step lets the phase await its approval', async () => {
    const w = await launchWorld();
    const { actor } = await keyFixture(['runbook:write'], w.risk.portfolioId);
    const [step, other] = await stepsOf(w.launchId);
    const recording = {
      stepId: step!.id,
      kind: 'run' as const,
      exitCode: 0,
      output: '',
      durationMs: 5,
      startedAt: null,
      idempotencyKey: 'ci-1',
    };
    const runs = await Promise.all([recordStep(actor, recording), recordStep(actor, recording)]);
    expect(runs[0]!.runId).toBe(runs[1]!.runId);
    expect(runs.map((one) => one.repeated).sort()).toEqual([false, true]);
    await expect(recordStep(actor, { ...recording, stepId: other!.id })).rejects.toEqual(code('KEY_REUSED'));
    expect((await phaseStates(w.launchId))[0]).toBe('running');
    await w.recordPhase(1);
    expect((await phaseStates(w.launchId))[0]).toBe('awaiting-approval');
  });

  test('a key without the scope, of another portfolio, or for a blocked phase is refused', async () => {
    const w = await launchWorld();
    const steps = await stepsOf(w.launchId);
    const recording = {
      stepId: steps[0]!.id,
      kind: 'run' as const,
      exitCode: 0,
      output: '',
      durationMs: 5,
      startedAt: null,
      idempotencyKey: null,
    };
    await expect(recordStep((await keyFixture(['read'])).actor, recording)).rejects.toEqual(code('FORBIDDEN'));
    await expect(recordStep((await keyFixture(['runbook:write'], newId())).actor, recording)).rejects.toEqual(
      code('FORBIDDEN'),
    );
    const later = steps.find((one) => one.phase === 2)!;
    await expect(recordStep(w.engineer.actor, { ...recording, stepId: later.id })).rejects.toEqual(code('STALE_PHASE'));
    await expect(recordStep(w.quant.actor, recording)).rejects.toEqual(code('FORBIDDEN'));
  });

  test('backup after migration: the backup cannot be taken out from before the migration', async () => {
    const w = await launchWorld();
    const backup = (await stepsOf(w.launchId)).find((one) => one.command.startsWith('pg_dumpall'))!;
    await expect(removeStep(w.engineer.actor, backup.id)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('Back up before'),
    });
  });

  test('a failed step fails its phase and no approval passes it', async () => {
    const w = await launchWorld();
    await w.recordPhase(1);
    const [step] = await stepsOf(w.launchId);
    await recordStep(w.engineer.actor, {
      stepId: step!.id,
      kind: 'run',
      exitCode: 1,
      output: 'boom',
      durationMs: 5,
      startedAt: null,
      idempotencyKey: null,
    });
    expect((await phaseStates(w.launchId))[0]).toBe('failed');
    expect(await blockersOf(passGate(w.quant.actor, { launchId: w.launchId, gate: 'phase-1' }))).toContainEqual(
      expect.stringContaining('failed'),
    );
  });
});

describe('approvals', () => {
  test('a race of two approvals by one person counts once', async () => {
    const w = await launchWorld();
    await w.recordPhase(1);
    const both = await personFixture({
      grants: [
        { role: 'engineer', portfolioId: null },
        { role: 'manager', portfolioId: null },
      ],
    });
    const { hash } = await w.gate('phase-1');
    const tokens = await Promise.all([both.stepUp('phase.approve', hash), both.stepUp('phase.approve', hash)]);
    const results = await Promise.allSettled(
      tokens.map((stepUp) =>
        decideGate(both.actor, {
          launchId: w.launchId,
          gate: 'phase-1',
          decision: 'approved',
          reason: '',
          contentHash: hash,
          stepUp,
        }),
      ),
    );
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await db.select().from(approvals).where(eq(approvals.launchId, w.launchId))).toHaveLength(1);
    await expect(passGate(w.quant.actor, { launchId: w.launchId, gate: 'phase-1' })).rejects.toEqual(
      code('GATE_CLOSED'),
    );
  });

  test('proposer, executor and release author are refused, an admin among them too', async () => {
    const w = await launchWorld();
    await w.recordPhase(1);
    const { hash } = await w.gate('phase-1');
    const admin = await personFixture({
      grants: [
        { role: 'admin', portfolioId: null },
        { role: 'manager', portfolioId: null },
      ],
    });
    await db.update(launches).set({ openedBy: admin.id }).where(eq(launches.id, w.launchId));
    const stepUp = await admin.stepUp('phase.approve', hash);
    const decide = decideGate(admin.actor, {
      launchId: w.launchId,
      gate: 'phase-1',
      decision: 'approved',
      reason: '',
      contentHash: hash,
      stepUp,
    });
    await expect(decide).rejects.toEqual(code('SELF_APPROVAL'));
    const [step] = await stepsOf(w.launchId);
    await recordStep(w.engineer.actor, {
      stepId: step!.id,
      kind: 'run',
      exitCode: 0,
      output: '',
      durationMs: 5,
      startedAt: null,
      idempotencyKey: null,
    });
    await expect(w.approve('phase-1', w.engineer)).rejects.toEqual(code('SELF_APPROVAL'));
  });

  test('an API key cannot approve, sign or promote', async () => {
    const w = await launchWorld();
    const { actor } = await keyFixture(['runbook:write', 'read']);
    const decision = {
      launchId: w.launchId,
      gate: 'phase-1' as const,
      decision: 'approved' as const,
      reason: '',
      contentHash: '',
      stepUp: '',
    };
    await expect(decideGate(actor, decision)).rejects.toEqual(code('FORBIDDEN'));
    await expect(passGate(actor, { launchId: w.launchId, gate: 'phase-1' })).rejects.toEqual(code('FORBIDDEN'));
  });

  test('a second factor given for other content is refused and nothing is recorded', async () => {
    const w = await launchWorld();
    const { hash } = await w.gate('phase-1');
    const stepUp = await w.manager.stepUp('phase.approve', 'something else');
    const decision = {
      launchId: w.launchId,
      gate: 'phase-1' as const,
      decision: 'approved' as const,
      reason: '',
      contentHash: hash,
      stepUp,
    };
    await expect(decideGate(w.manager.actor, decision)).rejects.toEqual(code('STEP_UP_REQUIRED'));
    expect(await db.select().from(approvals).where(eq(approvals.launchId, w.launchId))).toEqual([]);
  });

  test('an approver disabled later does not count, and a rejection vetoes', async () => {
    const w = await readyForCapital();
    await sql`update people set disabled_at = app.now() where id = ${w.manager.id}`;
    expect(
      (await blockersOf(passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' }))).join(),
    ).toContain('Manager 0 of 1');
    await sql`update people set disabled_at = null where id = ${w.manager.id}`;
    await w.approve('tranche-10', w.officer, 'rejected');
    expect(
      (await blockersOf(passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' }))).join(),
    ).toContain('Rejected by risk-officer: looked');
  });

  test('changed evidence voids the sign-off, and with it the approvals of the tranche', async () => {
    const w = await readyForCapital();
    const { row } = await w.item();
    await attachEvidence(w.engineer.actor, { itemId: row.id, kind: 'link', body: 'https://wiki.example/drill' });
    const blockers = await blockersOf(passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' }));
    expect(blockers).toContainEqual(expect.stringContaining("'Rollback procedures tested' is unsigned"));
    expect(blockers).toContainEqual(expect.stringContaining('Risk officer 0 of 1'));
    expect((await findLaunch(w.launchId))?.tranche).toBe(0);
  });
});

describe('promotion', () => {
  test('through an open gate fixes the capital in money and queues exactly one command, however often it is pressed', async () => {
    const w = await readyForCapital();
    const presses = await Promise.allSettled(
      Array.from({ length: 3 }, () => passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' })),
    );
    expect(presses.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const commands = await w.capitalCommands();
    expect(commands).toHaveLength(1);
    // 1,000,000 x 50 % x 10 %
    expect(commands[0]!.params).toEqual({ strategy: 'trend', capital: '50000.00000000', release: RELEASE });
    expect(await findLaunch(w.launchId)).toMatchObject({ tranche: 10, status: 'live', phase: 4 });
  });

  test('is evaluated anew on the rows as they are: a halt since the page was read closes it', async () => {
    const w = await readyForCapital();
    expect(evaluateGate((await w.gate('tranche-10')).facts).isOpen).toBe(true);
    await inTransaction((tx) =>
      setLatch(tx, {
        scope: { kind: 'portfolio', portfolioId: w.risk.portfolioId, strategyId: null },
        state: 'HALTED',
        cause: { kind: 'person', id: newId(), label: 'test' },
        reason: 'test',
        actor: job('test'),
      }),
    );
    expect(await blockersOf(passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' }))).toContain(
      'Trading state is HALTED.',
    );
    expect(await w.capitalCommands()).toEqual([]);
  });

  test('stale data, a silent engine and a held launch each close it', async () => {
    const w = await readyForCapital();
    await holdLaunch(w.engineer.actor, { launchId: w.launchId, reason: 'watching fills' });
    await sql`select app.shift_clock('90 seconds')`;
    const blockers = (await blockersOf(passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' }))).join(
      '\n',
    );
    await sql`select app.shift_clock('0')`;
    expect(blockers).toContain('The launch is held: watching fills.');
    expect(blockers).toContain('Data is stale');
    expect(blockers).toContain('no heartbeat');
    await expect(releaseHold(w.engineer.actor, { launchId: w.launchId, reason: 'ok' })).rejects.toEqual(
      code('FORBIDDEN'),
    );
    await releaseHold(w.officer.actor, { launchId: w.launchId, reason: 'fills are fine' });
    expect((await findLaunch(w.launchId))?.status).toBe('open');
  });

  test('an approver may not be the one who promotes', async () => {
    const w = await readyForCapital();
    expect(
      (await blockersOf(passGate(w.manager.actor, { launchId: w.launchId, gate: 'tranche-10' }))).join(),
    ).toContain('Manager 0 of 1');
  });

  test('a rollback shrinks the capital at once, only reduces, and sells nothing', async () => {
    const w = await readyForCapital();
    await passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' });
    await demoteLaunch(w.engineer.actor, { launchId: w.launchId, reason: 'slippage' });
    const commands = await w.capitalCommands();
    expect(commands.map((one) => (one.params as { capital: string }).capital)).toContain('0.00000000');
    const types = (await w.risk.commands()).map((one) => one.type);
    expect(types).toContain('reduce_only');
    expect(types.some((type) => /close|reduce_positions|reduce_strategy/.test(type))).toBe(false);
    expect(await tradingStateOf({ portfolioId: w.risk.portfolioId, strategyId: w.strategyId })).toBe('REDUCING');
    expect(await findLaunch(w.launchId)).toMatchObject({ tranche: 0, automaticPromotionHeld: true });
  });

  test('a rollback of a strategy that is halted for another reason is told as a halt: nothing becomes laxer by it', async () => {
    const w = await readyForCapital();
    await passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' });
    const scope = { kind: 'strategy' as const, portfolioId: w.risk.portfolioId, strategyId: w.strategyId };
    const cause = { kind: 'person' as const, id: w.officer.id, label: 'officer' };
    await inTransaction((tx) =>
      setLatch(tx, { scope, state: 'HALTED', cause, reason: 'Looked odd.', actor: w.officer.actor }),
    );
    await demoteLaunch(w.engineer.actor, { launchId: w.launchId, reason: 'slippage' });
    const told = (await w.risk.commands()).filter((one) => ['halt', 'reduce_only', 'resume'].includes(one.type));
    expect(told.map((one) => one.type)).toEqual(['halt']);
    expect(await tradingStateOf({ portfolioId: w.risk.portfolioId, strategyId: w.strategyId })).toBe('HALTED');
  });

  test('an aborted launch gives its share back and moves no more', async () => {
    const w = await launchWorld();
    await abortLaunch(w.engineer.actor, { launchId: w.launchId, reason: 'superseded' });
    await expect(holdLaunch(w.engineer.actor, { launchId: w.launchId, reason: 'x' })).rejects.toEqual(
      code('LAUNCH_CLOSED'),
    );
    await expect(openLaunch(w.quant.actor, { releaseId: w.releaseId, allocation: '1' })).resolves.toMatchObject({
      number: expect.stringMatching(/^L-/),
    });
  });
});

describe('an override', () => {
  const override = async (w: Awaited<ReturnType<typeof launchWorld>>, who: typeof w.officer) => {
    const named = await namedLaunch(w.launchId);
    const { you } = gateView(who.actor, named!, await w.gate('tranche-10'));
    const hash = you.override.may ? you.override.hash : '0'.repeat(64);
    const stepUp = await who.stepUp('launch.break-glass', hash);
    return overrideGate(who.actor, {
      launchId: w.launchId,
      gate: 'tranche-10',
      reason: 'venue closes at noon',
      contentHash: hash,
      stepUp,
    });
  };

  test('passes approvals that are missing, loudly, and its review is closed by another person', async () => {
    const w = await readyForCapital();
    await db.delete(approvals).where(and(eq(approvals.launchId, w.launchId), eq(approvals.gate, 'tranche-10')));
    await override(w, w.officer);
    expect((await findLaunch(w.launchId))?.tranche).toBe(10);
    const [review] = await reviewsOf(w.launchId);
    expect(review?.blockers).toEqual(expect.arrayContaining(['Approval: Risk officer 0 of 1.']));
    await expect(closeOverrideReview(w.officer.actor, { reviewId: review!.id, finding: 'fine' })).rejects.toEqual(
      code('SELF_APPROVAL'),
    );
    await closeOverrideReview(w.board.actor, { reviewId: review!.id, finding: 'Justified; the policy gets a deputy.' });
    expect((await reviewsOf(w.launchId))[0]?.closedAt).not.toBeNull();
    const [alert] = await sql`select severity, title from alerts where subject_id = ${w.launchId}`;
    expect(alert).toMatchObject({ severity: 'high' });
  });

  test('is refused when a probe turned bad after the confirmation was shown, and names it the next time', async () => {
    const w = await readyForCapital();
    await db.delete(approvals).where(and(eq(approvals.launchId, w.launchId), eq(approvals.gate, 'tranche-10')));
    const shown = gateView(w.officer.actor, (await namedLaunch(w.launchId))!, await w.gate('tranche-10')).you.override;
    const hash = shown.may ? shown.hash : expect.unreachable(shown.why);
    const stepUp = await w.officer.stepUp('launch.break-glass', hash);
    await sql`update checklist_items set failed_at = app.now(), failed_why = 'the restore test failed'
      where launch_id = ${w.launchId}`;
    const input = {
      launchId: w.launchId,
      gate: 'tranche-10' as const,
      reason: 'venue closes',
      contentHash: hash,
      stepUp,
    };
    await expect(overrideGate(w.officer.actor, input)).rejects.toEqual(code('CONTENT_CHANGED'));
    await override(w, w.officer);
    const [review] = await reviewsOf(w.launchId);
    expect(String(review?.blockers)).toContain('failed: the restore test failed. A critical item.');
  });

  test('never passes HALTED, and never by an engineer', async () => {
    const w = await readyForCapital();
    await inTransaction((tx) =>
      setLatch(tx, {
        scope: { kind: 'strategy', portfolioId: w.risk.portfolioId, strategyId: w.strategyId },
        state: 'HALTED',
        cause: { kind: 'person', id: newId(), label: 'test' },
        reason: 'test',
        actor: job('test'),
      }),
    );
    await expect(override(w, w.officer)).rejects.toEqual(code('GATE_CLOSED'));
    await expect(override(w, w.engineer)).rejects.toEqual(code('FORBIDDEN'));
  });
});

describe('the soak', () => {
  test('a minute in health counts once, one without heartbeat pauses, a breach restarts', async () => {
    const w = await readyForCapital();
    await passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' });
    await db
      .update(trancheStays)
      .set({ enteredAt: new Date(Date.now() - 10 * 60_000) })
      .where(eq(trancheStays.launchId, w.launchId));
    await w.refresh({ release: RELEASE, capital: '50000' });
    await recordSoakHealth();
    await recordSoakHealth();
    const bucketsOf = () =>
      db.select().from(soakBuckets).where(eq(soakBuckets.launchId, w.launchId)).orderBy(soakBuckets.bucket);
    expect((await bucketsOf()).map((one) => [one.verdict, one.reasons])).toEqual([['healthy', []]]);
    await sql`select app.shift_clock('60 seconds')`;
    await w.refresh({ release: RELEASE, capital: '50000' });
    await sql`update engines set last_heartbeat_at = app.now() - interval '31 seconds' where id = ${w.risk.engineId}`;
    await recordSoakHealth();
    await sql`select app.shift_clock('120 seconds')`;
    await w.refresh({ release: RELEASE, capital: '49000' });
    await recordSoakHealth();
    await sql`select app.shift_clock('0')`;
    expect((await bucketsOf()).map((one) => one.verdict)).toEqual(['healthy', 'pause', 'restart']);
    const { soak } = await w.gate('tranche-50');
    expect(soak?.state).not.toBe('complete');
    const told = await db.select({ type: events.type }).from(events).where(eq(events.launchId, w.launchId));
    expect(told.map((one) => one.type)).toEqual(
      expect.arrayContaining(['launch.soak-paused', 'launch.soak-restarted']),
    );
  });
});

describe('a hard breach', () => {
  const breach = async (
    w: Awaited<ReturnType<typeof launchWorld>>,
    number: string,
    measure: string,
    late?: { openedAt: Date },
  ) => {
    const now = await readNow();
    const id = newId();
    await db.insert(breachEpisodes).values({
      id,
      number,
      portfolioId: w.risk.portfolioId,
      strategyId: w.strategyId,
      key: `${measure}|${number}`,
      measure,
      scope: 'strategy',
      subject: '',
      tier: 'hard',
      state: 'open',
      openedAt: late?.openedAt ?? now,
      late: late !== undefined,
      recordedAt: now,
      limitValue: '0.15',
      severity: 'high',
      priority: 'high',
      sentence: `${measure} over its limit`,
      decidingSamples: [],
    });
    return id;
  };

  test('of the strategy holds the launch at first and takes it back at the second, each once', async () => {
    const w = await readyForCapital();
    await passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' });
    const first = await breach(w, `BR-${newId().slice(-6)}`, 'winRate');
    expect(await reactToBreach(first)).toBe('hold');
    expect(await reactToBreach(first)).toBe('none');
    await db.update(breachEpisodes).set({ sentence: 'Further over its limit' }).where(eq(breachEpisodes.id, first));
    expect(await reactToBreach(first), 'worse, and the same breach').toBe('none');
    expect(await findLaunch(w.launchId)).toMatchObject({ status: 'held', tranche: 10 });
    const second = await breach(w, `BR-${newId().slice(-6)}`, 'winRate');
    expect(await reactToBreach(second)).toBe('demote');
    expect(await reactToBreach(second)).toBe('none');
    expect(await findLaunch(w.launchId)).toMatchObject({ status: 'held', tranche: 0 });
    expect(await w.capitalCommands()).toHaveLength(2);
  });

  test('that cannot take it back for want of an engine holds it, tells a person, and keeps no later breach from being answered', async () => {
    const w = await readyForCapital();
    await passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' });
    await db.update(strategies).set({ engineId: null }).where(eq(strategies.id, w.strategyId));
    const drawdown = await breach(w, `BR-${newId().slice(-6)}`, 'drawdown');
    expect(await reactToBreach(drawdown)).toBe('hold');
    expect(await reactToBreach(drawdown)).toBe('none');
    expect(await findLaunch(w.launchId)).toMatchObject({ status: 'held', tranche: 10 });
    const told = await db.select().from(alerts).where(eq(alerts.launchId, w.launchId));
    expect(told).toMatchObject([
      { severity: 'critical', title: expect.stringMatching(/^L-\d+ could not be taken back to 0 %$/) },
    ]);
    expect(told[0]?.body).toMatch(/No engine runs/);
  });

  test('that a late sample tells of does the same, and nothing where it began before the launch had capital', async () => {
    const w = await readyForCapital();
    await passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' });
    const stays = await db.select().from(trancheStays).where(eq(trancheStays.launchId, w.launchId));
    const enteredAt = stays[0]!.enteredAt;
    const at = (ms: number) => ({ openedAt: new Date(enteredAt.getTime() + ms) });
    const before = await breach(w, `BR-${newId().slice(-6)}`, 'winRate', at(-60_000));
    expect(await reactToBreach(before)).toBe('none');
    await db.delete(breachEpisodes).where(eq(breachEpisodes.id, before));
    const live = await breach(w, `BR-${newId().slice(-6)}`, 'winRate');
    expect(await reactToBreach(live)).toBe('hold');
    const late = await breach(w, `BR-${newId().slice(-6)}`, 'winRate', at(1));
    expect(await reactToBreach(late), 'it began first and is the second that is known').toBe('demote');
    expect(await reactToBreach(late)).toBe('none');
    expect(await findLaunch(w.launchId)).toMatchObject({ status: 'held', tranche: 0 });
  });
});

describe('an emergency', () => {
  const emergency = async (place: { portfolioId: string | null; strategyId?: string; isDrill?: boolean }) => {
    const id = newId();
    const scope = place.strategyId ? 'strategy' : place.portfolioId ? 'portfolio' : 'firm';
    const at = await readNow();
    await db.insert(emergencies).values({
      id,
      number: `E-${id.slice(-6)}`,
      scope,
      scopeKey: id,
      portfolioId: place.portfolioId,
      strategyId: place.strategyId ?? null,
      severity: 'high',
      reason: 'the feed is wrong',
      isDrill: place.isDrill ?? false,
      keepReduceOnlyStops: false,
      state: 'stopped',
      epoch: 1,
      startedBy: 'job:test',
      startedByName: 'test',
      startedAt: at,
      recordedAt: at,
      atStart: {},
    });
    return id;
  };
  const statusOf = async (launchId: string) => (await findLaunch(launchId))?.status;

  test('holds the launches of its scope once, and not again after their release', async () => {
    const [w, other] = [await launchWorld(), await launchWorld()];
    const id = await emergency({ portfolioId: w.risk.portfolioId });
    expect(await holdForEmergency(id)).toBe(1);
    expect(await findLaunch(w.launchId)).toMatchObject({
      status: 'held',
      holdReason: expect.stringMatching(/^Emergency E-.*: the feed is wrong$/),
      automaticPromotionHeld: true,
    });
    expect(await statusOf(other.launchId)).toBe('open');
    expect(await holdForEmergency(id)).toBe(0);
    await releaseHold(w.officer.actor, { launchId: w.launchId, reason: 'looked at' });
    expect(await holdForEmergency(id)).toBe(0);
    expect(await statusOf(w.launchId)).toBe('open');
  });

  test('of one strategy holds its launch; a drill and one that is over hold none', async () => {
    const w = await launchWorld();
    const place = { portfolioId: w.risk.portfolioId };
    expect(await holdForEmergency(await emergency({ ...place, isDrill: true }))).toBe(0);
    expect(await holdForEmergency(await emergency({ ...place, strategyId: newId() }))).toBe(0);
    const over = await emergency(place);
    await sql`update emergencies set resumed_at = app.now() where id = ${over}`;
    expect(await holdForEmergency(over)).toBe(0);
    expect(await statusOf(w.launchId)).toBe('open');
    expect(await holdForEmergency(await emergency({ ...place, strategyId: w.strategyId }))).toBe(1);
    expect(await statusOf(w.launchId)).toBe('held');
    await sql`update emergencies set resumed_at = app.now() where resumed_at is null`;
  });
});
