import { eq } from 'drizzle-orm';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { closeDatabase, db, sql } from '@/db/client';
import { alerts, attestations, checklistItems } from '@/db/schema';
import { PROBES } from '../jobs/probe-registry';
import { readNow } from '../kernel/transaction';
import { launchWorld } from '../launch/testing/launch-world';
import { keyFixture, personFixture } from '../testing/people';
import { attachEvidence, clearFailure, failItem, removeEvidence, signOff } from './actions';
import { addItem, configureProbe, editItem } from './edit-actions';
import { findWaiver } from './item-store';
import { defineProbe, type ProbeReport } from './probe';
import { checkNow, runProbes } from './probe-actions';
import { itemVerdict } from './rules';
import { approveWaiver, expireWaivers, proposeWaiver, revokeWaiver } from './waiver-actions';

afterAll(closeDatabase);

const code = (wanted: string) => expect.objectContaining({ code: wanted });
type World = Awaited<ReturnType<typeof launchWorld>>;

async function evidenced(): Promise<{ w: World; itemId: string; evidenceId: string }> {
  const w = await launchWorld();
  const { row } = await w.item();
  const evidenceId = await attachEvidence(w.quant.actor, {
    itemId: row.id,
    kind: 'text',
    body: 'Rolled back in 4 min.',
  });
  return { w, itemId: row.id, evidenceId };
}
const stateOf = async (w: World) => itemVerdict((await w.item()).facts, await readNow());
const attestationsOf = (itemId: string) => db.select().from(attestations).where(eq(attestations.itemId, itemId));

describe('signing off', () => {
  test('two people complete a critical item, with statement, role, factor and hash kept', async () => {
    const { w, itemId } = await evidenced();
    await w.sign(w.engineer);
    expect(await stateOf(w)).toMatchObject({ state: 'evidence-attached', isSatisfied: false });
    await w.sign(w.officer);
    expect(await stateOf(w)).toMatchObject({ state: 'signed', isSatisfied: true });
    const [first] = await attestationsOf(itemId);
    expect(first).toMatchObject({ role: 'engineer', factor: 'totp', contentHash: (await w.item()).facts.hash });
    expect(first!.statement).toContain('trend 2.4.0');
  });

  test('a step-up token signs once, and only what it was given for', async () => {
    const { w, itemId } = await evidenced();
    const { facts } = await w.item();
    const stepUp = await w.engineer.stepUp('checklist.sign', facts.hash);
    const input = { itemId, contentHash: facts.hash, note: '', stepUp };
    const results = await Promise.allSettled([signOff(w.engineer.actor, input), signOff(w.engineer.actor, input)]);
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await attestationsOf(itemId)).toHaveLength(1);
    await expect(signOff(w.officer.actor, input)).rejects.toEqual(code('STEP_UP_REQUIRED'));
  });

  test('an API key cannot sign, whatever its scopes', async () => {
    const { w, itemId } = await evidenced();
    const { facts } = await w.item();
    const { actor } = await keyFixture(['evidence:write', 'runbook:write', 'read']);
    await expect(signOff(actor, { itemId, contentHash: facts.hash, note: '', stepUp: 'x' })).rejects.toEqual(
      code('FORBIDDEN'),
    );
  });

  test('evidence that changed since the panel was opened is not signed', async () => {
    const { w, itemId } = await evidenced();
    const { facts } = await w.item();
    const stepUp = await w.engineer.stepUp('checklist.sign', facts.hash);
    await attachEvidence(w.quant.actor, { itemId, kind: 'link', body: 'https://wiki.example/other' });
    await expect(signOff(w.engineer.actor, { itemId, contentHash: facts.hash, note: '', stepUp })).rejects.toEqual(
      code('CONTENT_CHANGED'),
    );
  });

  test('an edit voids signatures, says who and when, and tells the signers', async () => {
    for (const change of ['attach', 'remove', 'edit'] as const) {
      const { w, itemId, evidenceId } = await evidenced();
      await w.sign(w.engineer);
      await w.sign(w.officer);
      if (change === 'attach') await attachEvidence(w.engineer.actor, { itemId, kind: 'text', body: 'More.' });
      if (change === 'remove') await removeEvidence(w.quant.actor, evidenceId);
      if (change === 'edit') await editItem(w.quant.actor, { itemId, version: 1, text: 'Rollback rehearsed' });
      const held = await attestationsOf(itemId);
      expect(held.every((one) => one.voidedAt !== null)).toBe(true);
      expect(held[0]!.voidReason).toMatch(
        /^Your signature on '.+' is void: (engineer|quant) .+ at \d\d:\d\d:\d\d E[SD]T\. Look again and sign\.$/,
      );
      expect((await stateOf(w)).isSatisfied).toBe(false);
      const told = await db.select().from(alerts).where(eq(alerts.subjectId, itemId));
      expect(told.map((one) => one.severity)).toEqual(['low']);
    }
  });

  test('the author of the evidence never completes it alone', async () => {
    const w = await launchWorld();
    const { row } = await w.item();
    await db.update(checklistItems).set({ isCritical: false }).where(eq(checklistItems.id, row.id));
    await attachEvidence(w.engineer.actor, { itemId: row.id, kind: 'text', body: 'By me.' });
    await w.sign(w.engineer);
    expect((await stateOf(w)).isSatisfied).toBe(false);
    await w.sign(w.officer);
    expect((await stateOf(w)).isSatisfied).toBe(true);
  });

  test('a failed item takes no signature until it is cleared', async () => {
    const { w, itemId } = await evidenced();
    await failItem(w.engineer.actor, { itemId, why: 'the drill found no backup' });
    expect(await stateOf(w)).toMatchObject({ state: 'failed', missing: 'failed: the drill found no backup' });
    await expect(w.sign(w.engineer)).rejects.toEqual(code('ITEM_FAILED'));
    await clearFailure(w.engineer.actor, { itemId, why: 'backup is there' });
    await w.sign(w.engineer);
  });

  test('a viewer, a stranger to the portfolio and the wrong role are refused', async () => {
    const { w } = await evidenced();
    const viewer = await personFixture({ role: 'viewer', portfolioId: w.risk.portfolioId });
    const stranger = await personFixture({ role: 'engineer', portfolioId: '01990000-0000-7000-8000-000000000000' });
    await expect(w.sign(viewer)).rejects.toEqual(code('FORBIDDEN'));
    await expect(w.sign(stranger)).rejects.toEqual(code('FORBIDDEN'));
    await expect(w.sign(w.quant)).rejects.toEqual(code('WRONG_ROLE'));
  });

  test('added items get the next number, side by side as well', async () => {
    const w = await launchWorld();
    const item = {
      launchId: w.launchId,
      section: 'Operational' as const,
      text: 'Desk told',
      ownerRole: 'manager' as const,
      isCritical: false,
      evidenceKinds: ['text' as const],
      dueAt: null,
    };
    await Promise.all([addItem(w.manager.actor, item), addItem(w.manager.actor, item)]);
    expect((await w.items()).map((one) => one.row.number)).toEqual([23, 24, 25]);
  });
});

describe('a waiver', () => {
  const propose = async (w: World, days = 5) =>
    proposeWaiver(w.engineer.actor, {
      itemId: (await w.item()).row.id,
      reason: 'The drill is on Monday.',
      expiresAt: new Date((await readNow()).getTime() + days * 86_400_000),
    });
  const approve = async (who: World['officer'], waiverId: string) => {
    const { contentHash } = (await findWaiver(waiverId))!;
    const stepUp = await who.stepUp('waiver.approve', contentHash);
    return approveWaiver(who.actor, { waiverId, contentHash, stepUp });
  };

  test('of a critical item takes a risk officer and a manager; expiry reopens the item and says so', async () => {
    const w = await launchWorld();
    const waiverId = await propose(w);
    await expect(approve(w.engineer, waiverId)).rejects.toEqual(code('FORBIDDEN'));
    expect(await approve(w.officer, waiverId)).toEqual({ isGranted: false });
    expect((await stateOf(w)).isSatisfied).toBe(false);
    expect(await approve(w.manager, waiverId)).toEqual({ isGranted: true });
    expect(await stateOf(w)).toMatchObject({ state: 'waived', isSatisfied: true });
    await sql`select app.shift_clock('5 days 1 second')`;
    expect(await stateOf(w)).toMatchObject({ state: 'expired', isSatisfied: false });
    expect(await expireWaivers()).toEqual({ expired: 1 });
    expect(await expireWaivers()).toEqual({ expired: 0 });
    await sql`select app.shift_clock('0')`;
    const told = await db
      .select()
      .from(alerts)
      .where(eq(alerts.subjectId, (await w.item()).row.id));
    expect(told.map((one) => one.title)).toEqual(['Waiver expired: Rollback procedures tested']);
  });

  test('revoked reopens the item at once, and two people racing to approve grant it once', async () => {
    const w = await launchWorld();
    const waiverId = await propose(w);
    const results = await Promise.allSettled([
      approve(w.officer, waiverId),
      approve(w.officer, waiverId),
      approve(w.manager, waiverId),
    ]);
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(2);
    expect((await stateOf(w)).state).toBe('waived');
    await revokeWaiver(w.manager.actor, { waiverId, why: 'the drill was done' });
    expect((await stateOf(w)).state).toBe('open');
  });

  test('needs an end within 90 days', async () => {
    const w = await launchWorld();
    await expect(propose(w, 91)).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: { expiresAt: [expect.any(String)] } },
    });
  });
});

describe('probes', () => {
  let answer: ProbeReport | Error = { verdict: 'good', summary: 'fine', measurement: {} };
  const registry = new Map([
    [
      'test-probe',
      defineProbe({
        kind: 'test-probe',
        label: 'The test',
        params: z.object({}),
        everySeconds: 60,
        timeoutMs: 1000,
        check: async () => {
          if (answer instanceof Error) throw answer;
          return answer;
        },
      }),
    ],
  ]);
  async function probed() {
    const { w, itemId } = await evidenced();
    const probes = [{ kind: 'test-probe', params: {}, required: 'always' as const }];
    await db.update(checklistItems).set({ probes }).where(eq(checklistItems.id, itemId));
    const look = async (next: ProbeReport | Error) => {
      answer = next;
      return runProbes(registry, { itemIds: [itemId] });
    };
    return { w, itemId, look };
  }

  test('a probe that turns bad voids the signatures, reopens the item and raises an alert; good again resolves it', async () => {
    const { w, itemId, look } = await probed();
    await look({ verdict: 'good', summary: '7 of 7', measurement: { n: 7 } });
    await w.sign(w.engineer);
    await w.sign(w.officer);
    await look({ verdict: 'good', summary: '8 of 8', measurement: { n: 8 } });
    expect((await stateOf(w)).state).toBe('signed');
    await look({ verdict: 'bad', summary: '7 of 8', measurement: { n: 7 } });
    expect(await stateOf(w)).toMatchObject({ state: 'failed', missing: 'failed: 7 of 8' });
    const raised = () => db.select().from(alerts).where(eq(alerts.subjectId, itemId));
    expect((await raised()).find((one) => one.severity === 'high')).toMatchObject({
      title: 'Checklist item failed: Rollback procedures tested',
      launchId: w.launchId,
    });
    await look({ verdict: 'good', summary: '8 of 8', measurement: { n: 8 } });
    expect((await raised()).find((one) => one.severity === 'high')?.resolvedAt).not.toBeNull();
    expect((await stateOf(w)).isSatisfied).toBe(false);
  });

  test('a probe that throws is unknown with its reason: it shuts the item and voids nothing', async () => {
    const { w, look } = await probed();
    await look({ verdict: 'good', summary: 'fine', measurement: {} });
    await w.sign(w.engineer);
    await w.sign(w.officer);
    expect(await look(new Error('no route'))).toMatchObject({ unknown: 1 });
    expect(await stateOf(w)).toMatchObject({ isSatisfied: false, missing: 'is not verified: no route' });
    await look({ verdict: 'good', summary: 'fine', measurement: {} });
    expect((await stateOf(w)).state).toBe('signed');
  });

  test('those of the template look for real, and their settings are refused in their own words', async () => {
    const w = await launchWorld({ items: 23 });
    const items = await w.items();
    const numbered = (number: number) => items.find((one) => one.row.number === number)!.row;
    await runProbes(PROBES, { itemIds: items.map((one) => one.row.id) });
    const after = await w.items();
    const verdict = (number: number) => after.find((one) => one.row.number === number)!.probes[0];
    expect(verdict(1)).toMatchObject({ verdict: 'good', summary: expect.stringMatching(/^\d+ of \d+ accounts/) });
    expect(verdict(2)?.verdict).toBe('good');
    expect(verdict(4)).toMatchObject({ verdict: 'good', summary: 'On this machine only' });
    expect(verdict(7)?.verdict).not.toBe('good');
    expect(verdict(15)).toMatchObject({ verdict: 'bad', summary: 'No alert channel is enabled' });
    expect(verdict(17)).toBeUndefined();
    const tls = { itemId: numbered(17).id, kind: 'tls-certificate' };
    await expect(
      configureProbe(PROBES, w.engineer.actor, { ...tls, version: 1, params: { hosts: ['https://x/'] } }),
    ).rejects.toMatchObject({ code: 'INVALID', message: expect.stringContaining('host') });
    await configureProbe(PROBES, w.engineer.actor, { ...tls, version: 1, params: { hosts: ['127.0.0.1:1'] } });
    expect(await checkNow(PROBES, w.engineer.actor, numbered(17).id)).toMatchObject({ looked: 1, bad: 1 });
    await expect(
      configureProbe(PROBES, w.engineer.actor, { ...tls, version: 1, params: { hosts: ['127.0.0.1:2'] } }),
    ).rejects.toEqual(code('STALE_ITEM'));
  });

  test('an account without a second factor turns its probe bad and is named', async () => {
    const w = await launchWorld({ items: 23 });
    const first = (await w.items())[0]!;
    const bare = await personFixture({ role: 'viewer', name: 'Bare Bob' });
    await sql`update people set totp_secret_box = null where id = ${bare.id}`;
    await runProbes(PROBES, { itemIds: [first.row.id] });
    expect((await w.items())[0]!.probes[0]).toMatchObject({
      verdict: 'bad',
      summary: expect.stringContaining('Bare Bob'),
    });
    await sql`update people set disabled_at = app.now() where id = ${bare.id}`;
  });
});
