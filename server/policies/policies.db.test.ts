import { afterAll, beforeEach, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { findEscalationPolicy } from '../alerts/store';
import { readNow } from '../kernel/transaction';
import { soakPolicy } from '../launch/approval-store';
import { portfolioFixture } from '../testing/engines';
import { type PersonFixture, personFixture } from '../testing/people';
import { agreeToPolicy, proposePolicy, rejectPolicy } from './actions';
import { valuesOf } from './fields';
import { DEFAULTS, type PolicyKind } from './kinds';
import { openProposal } from './store';
import { policiesPage } from './view-store';

let officer: PersonFixture;
let manager: PersonFixture;
let admin: PersonFixture;

beforeEach(async () => {
  await sql`delete from policies`;
  officer = await personFixture({ role: 'risk-officer', portfolioId: null });
  manager = await personFixture({ role: 'manager', portfolioId: null });
  admin = await personFixture({ role: 'admin', portfolioId: null });
});
afterAll(closeDatabase);

const soak = (over: Record<string, string> = { 'at/10/hours': '36' }) => ({
  kind: 'soak' as PolicyKind,
  values: { ...valuesOf('soak', DEFAULTS.soak), ...over },
  reason: 'longer nights',
});
const agree = async (who: PersonFixture, kind: PolicyKind = 'soak') => {
  const row = await openProposal(kind);
  return agreeToPolicy(who.actor, { policyId: row!.id, stepUp: await who.stepUp('policy.edit', row!.contentHash) });
};
const hours = async () => (await soakPolicy(await readNow())).content.at[10].hours;

test('a change holds only from the agreement of a second person, and then everywhere it is read', async () => {
  await proposePolicy(officer.actor, soak());
  expect((await openProposal('soak'))?.agreements, 'who proposes has signed nothing').toEqual([]);
  expect(await agree(officer)).toMatchObject({ outcome: 'waiting' });
  expect(await hours()).toBe(24);
  await expect(agree(officer)).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  expect(await agree(manager)).toMatchObject({ outcome: 'in-force' });
  expect(await hours()).toBe(36);
  const values = { ...valuesOf('escalation', DEFAULTS.escalation), 'high/boardMinutes': '' };
  await proposePolicy(manager.actor, { kind: 'escalation', values, reason: 'calm' });
  expect(await agree(officer, 'escalation')).toMatchObject({ outcome: 'waiting' });
  await agree(manager, 'escalation');
  expect((await findEscalationPolicy(await readNow())).high.boardMinutes).toBeNull();
});

test('an admin proposes and never counts; it then takes two others', async () => {
  await proposePolicy(admin.actor, soak());
  await expect(agree(admin)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await agree(officer)).toMatchObject({ outcome: 'waiting' });
  expect(await hours()).toBe(24);
  expect(await agree(manager)).toMatchObject({ outcome: 'in-force' });
});

test('an agreement of somebody disabled since does not count', async () => {
  await proposePolicy(officer.actor, soak());
  await agree(officer);
  await sql`update people set disabled_at = app.now() where id = ${officer.id}`;
  expect(await agree(manager)).toMatchObject({ outcome: 'waiting' });
});

test('a second factor for another version, an engineer, and a manager of one portfolio are refused', async () => {
  await proposePolicy(officer.actor, soak());
  const row = await openProposal('soak');
  const stepUp = await manager.stepUp('policy.edit', 'another version');
  await expect(agreeToPolicy(manager.actor, { policyId: row!.id, stepUp })).rejects.toMatchObject({
    code: 'STEP_UP_REQUIRED',
  });
  const engineer = await personFixture({ role: 'engineer', portfolioId: null });
  await expect(proposePolicy(engineer.actor, soak())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const local = await personFixture({ role: 'manager', portfolioId: await portfolioFixture() });
  await expect(agree(local)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('one proposal waits at a time; turned down it changes nothing and the next may come', async () => {
  await expect(proposePolicy(officer.actor, soak({}))).rejects.toMatchObject({ code: 'NOTHING_CHANGED' });
  const both = await Promise.allSettled([proposePolicy(officer.actor, soak()), proposePolicy(manager.actor, soak())]);
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const row = await openProposal('soak');
  await rejectPolicy(admin.actor, { policyId: row!.id, reason: 'not now' });
  expect(await hours()).toBe(24);
  await proposePolicy(officer.actor, soak());
  expect((await openProposal('soak'))?.version).toBe(2);
});

test('what is wrong is named by field, and what nobody can meet is said when it is saved', async () => {
  await expect(proposePolicy(officer.actor, soak({ 'at/10/hours': 'soon' }))).rejects.toMatchObject({
    code: 'INVALID',
    data: { fields: { 'at/10/hours': [expect.any(String)] } },
  });
  const portfolioId = await portfolioFixture();
  const values = { ...valuesOf('approval', DEFAULTS.approval), 'gates/tranche-50/roles/1': 'manager' };
  await sql`update people set disabled_at = app.now() where id = ${manager.id} or name <> ${officer.actor.name} and id <> ${officer.id}`;
  const { warnings } = await proposePolicy(officer.actor, { kind: 'approval', values, reason: 'four eyes' });
  const [{ name } = { name: '' }] = await sql`select name from portfolios where id = ${portfolioId}`;
  expect(warnings).toContainEqual(expect.stringContaining(`${name}: no enabled people can meet tranche 50`));
  const page = await policiesPage(officer.actor);
  expect(page.editRefusal).toContain('the firm has 1');
  expect(page.policies[0]?.proposal?.warnings).toEqual(warnings);
});

test('who sees one portfolio reads no name of another in what cannot be met', async () => {
  const [own, other] = [await portfolioFixture(), await portfolioFixture()];
  await sql`update people set disabled_at = app.now() where id <> ${officer.id}`;
  const names = await sql<
    { id: string; name: string }[]
  >`select id, name from portfolios where id in ${sql([own, other])}`;
  const said = async (who: PersonFixture) => (await policiesPage(who.actor)).policies[0]?.warnings.join() ?? '';
  const local = await personFixture({ role: 'viewer', portfolioId: own });
  for (const { id, name } of names) {
    expect(await said(officer)).toContain(name);
    expect((await said(local)).includes(name)).toBe(id === own);
  }
});
