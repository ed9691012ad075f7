import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import type { Role } from '../kernel/actor';
import { type PersonFixture, personFixture } from '../testing/people';
import { renewRecoveryCodes } from './account-actions';
import { beginEnrolment, confirmEnrolment } from './auth-enrolment';
import { acceptInvitation, createFirstAdmin, firstRunNeeded } from './auth-first-run';
import { peopleAndProposals } from './auth-people';
import { passwordStep, secondFactor } from './auth-sign-in';
import { disablePerson, invitePerson } from './people-actions';
import { approveRole, askForRole, revokeRole } from './role-actions';
import { grantsOf } from './store';
import { totpCodeAt } from './totp';

afterAll(closeDatabase);

const PASSWORD = 'a lighthouse in the fog';

test('of many first runs at once exactly one makes the first admin, and afterwards none does', async () => {
  expect(await firstRunNeeded()).toBe(true);
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) =>
      createFirstAdmin({ name: 'RB', email: `rb${i}@desk.example`, password: PASSWORD }),
    ),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await firstRunNeeded()).toBe(false);
  await expect(createFirstAdmin({ name: 'X', email: 'x@desk.example', password: PASSWORD })).rejects.toMatchObject({
    code: 'ALREADY_SET_UP',
  });
});

test('a first admin with a common password is refused at its field', async () => {
  await expect(
    createFirstAdmin({ name: 'X', email: 'x@desk.example', password: 'qwerty123456' }),
  ).rejects.toMatchObject({
    data: { fields: { password: [expect.stringMatching(/common/)] } },
  });
});

async function agree(person: PersonFixture, personId: string) {
  const { proposals } = await peopleAndProposals(person.actor);
  const proposal = proposals.find((one) => one.personId === personId)!;
  const stepUp = await person.stepUp('people.manage', proposal.contentHash);
  return approveRole(person.actor, { proposalId: proposal.id, stepUp });
}
const rolesOf = async (id: string) => (await grantsOf(id)).map(({ role }) => role);

test('the admin staffs a new firm alone until two could agree; then a powerful role takes two people', async () => {
  const admin = await personFixture('admin');
  const invite = (email: string, role: Role) =>
    invitePerson(admin.actor, { name: role, email, phone: null, grants: [{ role, portfolioId: null }] });
  expect(await invite('first@desk.example', 'manager')).toMatchObject({ granted: 1, proposed: 0 });
  const [manager, board] = [await personFixture('manager'), await personFixture('board')];

  const risk = await invite('risk@desk.example', 'risk-officer');
  expect(risk).toMatchObject({ granted: 0, proposed: 1 });
  await expect(agree(admin, risk.personId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await agree(manager, risk.personId)).toEqual({ outcome: 'waiting' });
  await expect(agree(manager, risk.personId)).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  expect(await rolesOf(risk.personId)).toEqual([]);
  expect(await agree(board, risk.personId)).toEqual({ outcome: 'granted' });
  expect(await rolesOf(risk.personId)).toEqual(['risk-officer']);
  expect(await invite('quant@desk.example', 'quant')).toMatchObject({ granted: 1, proposed: 0 });
});

test('two parallel approvals by one person count once, and an approver disabled later is void', async () => {
  const [admin, one, two, three] = [
    await personFixture('admin'),
    await personFixture('manager'),
    await personFixture('manager'),
    await personFixture('board'),
  ];
  const target = await personFixture('viewer');
  await askForRole(admin.actor, { personId: target.id, role: 'board', portfolioId: null });
  const twice = await Promise.allSettled([agree(one, target.id), agree(one, target.id)]);
  expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await disablePerson(admin.actor, { personId: one.id });
  expect(await agree(two, target.id)).toEqual({ outcome: 'waiting' });
  expect(await agree(three, target.id)).toEqual({ outcome: 'granted' });
});

test('nobody agrees to their own role, and a manager who proposes is one of the two once they signed', async () => {
  const [one, two] = [await personFixture('manager'), await personFixture('manager')];
  await askForRole(one.actor, { personId: two.id, role: 'risk-officer', portfolioId: null });
  await expect(agree(two, two.id)).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  expect(await agree(one, two.id)).toEqual({ outcome: 'waiting' });
  await expect(agree(one, two.id)).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  const board = await personFixture('board');
  expect(await agree(board, two.id)).toEqual({ outcome: 'granted' });
});

test('the last admin can neither be disabled nor lose the role, and nobody disables themselves', async () => {
  await sql`update people set disabled_at = app.now() where id in (select person_id from role_grants where role = 'admin')`;
  const [admin, manager] = [await personFixture('admin'), await personFixture('manager')];
  const [grant] = await sql`select id from role_grants where person_id = ${admin.id}`;
  await expect(disablePerson(manager.actor, { personId: admin.id })).rejects.toMatchObject({ code: 'LAST_ADMIN' });
  await expect(revokeRole(manager.actor, { grantId: grant!.id })).rejects.toMatchObject({ code: 'LAST_ADMIN' });
  expect(await rolesOf(admin.id)).toEqual(['admin']);
  await expect(disablePerson(admin.actor, { personId: admin.id })).rejects.toMatchObject({ code: 'OWN_ACCOUNT' });
});

test('an invited person chooses a password, is made to enrol, and signs in with a recovery code once', async () => {
  const admin = await personFixture('admin');
  const email = 'new@desk.example';
  const { ticket, personId } = await invitePerson(admin.actor, {
    name: 'NN',
    email,
    phone: null,
    grants: [{ role: 'engineer', portfolioId: null }],
  });
  await expect(passwordStep({ email, password: '!' })).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
  await acceptInvitation({ ticket, password: PASSWORD });
  await expect(acceptInvitation({ ticket, password: 'another one of mine' })).rejects.toMatchObject({
    code: 'TICKET_EXPIRED',
  });

  const first = await passwordStep({ email, password: PASSWORD });
  expect(first.next).toBe('enrol');
  const [shown, again] = [await beginEnrolment(first), await beginEnrolment(first)];
  expect(again.secret).toBe(shown.secret);
  await expect(confirmEnrolment({ ticket: first.ticket, code: '000000' })).rejects.toMatchObject({
    code: 'CODE_REFUSED',
  });
  const enrolled = await confirmEnrolment({ ticket: first.ticket, code: totpCodeAt(shown.secret, new Date()) });
  expect(new Set(enrolled.recoveryCodes).size).toBe(10);

  const withCode = async (code: string) =>
    secondFactor({ ticket: (await passwordStep({ email, password: PASSWORD })).ticket, kind: 'recovery', code });
  const [code, other] = enrolled.recoveryCodes as [string, string];
  const tries = await Promise.allSettled(
    Array.from({ length: 4 }, () => withCode(code.toLowerCase().replace('-', ' '))),
  );
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const person = await personFixture('viewer');
  const actor = { ...person.actor, personId };
  const stepUp = await person.stepUp('account.renew-recovery-codes', personId);
  await sql`update step_ups set person_id = ${personId} where person_id = ${person.id}`;
  const renewed = await renewRecoveryCodes(actor, { stepUp });
  await expect(withCode(other)).rejects.toMatchObject({ code: 'CODE_REFUSED' });
  await expect(withCode(renewed.recoveryCodes[0]!)).resolves.toHaveProperty('ticket');
});
