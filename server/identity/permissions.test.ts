import { expect, test } from 'vitest';
import type { Role } from '../kernel/actor';
import { ACTIONS, type Action, can, type Leave } from './permissions';

const ROLES: Role[] = ['viewer', 'engineer', 'quant', 'risk-officer', 'manager', 'board', 'admin'];
const LEAVE: Record<string, Leave | null> = { Y: 'alone', o: 'own', '2': 'one-of-two', p: 'propose', '-': null };

/** The table of who may do what, as it was decided: one column per role, one row per action. */
const DECIDED: [string, Action[]][] = [
  //V E Q R M B A
  ['Y Y Y Y Y Y Y', ['read', 'self.manage', 'audit.verify']],
  ['- Y Y - - - -', ['strategy.edit', 'evidence.import']],
  ['- Y Y Y Y - Y', ['launch.edit', 'checklist.attach']],
  ['- 2 2 2 2 - 2', ['checklist.sign']],
  ['- p p 2 2 - -', ['waiver.propose', 'cash-flow.record', 'baseline.approve']],
  ['- - - 2 2 - -', ['waiver.approve', 'tranche.approve', 'trading.lift-halt']],
  ['- Y - - - - -', ['runbook.record']],
  ['- 2 - 2 2 - -', ['phase.approve']],
  ['- Y o Y Y - -', ['launch.promote', 'launch.demote', 'limit.tighten']],
  ['- - - Y Y - -', ['launch.break-glass', 'breach.decide', 'position.exit']],
  ['- - p 2 2 - -', ['limit.loosen']],
  ['- Y Y Y Y Y -', ['alert.acknowledge']],
  ['- Y - Y Y - -', ['alert.silence']],
  ['- Y o Y Y Y -', ['trading.restrict']],
  ['- - - Y - - -', ['trading.lift-reducing']],
  ['- Y o Y Y Y Y', ['emergency.start-high']],
  ['- Y o Y Y - -', ['emergency.start-critical']],
  ['- - - 2 2 2 -', ['emergency.resume']],
  ['- Y o Y - - -', ['sizing.run']],
  ['- Y Y Y Y - -', ['incident.open']],
  ['- - - Y Y Y -', ['incident.close']],
  ['- - - - 2 2 p', ['people.manage']],
  ['- - - 2 - - Y', ['key.manage', 'channel.manage', 'engine.manage']],
  ['- - - 2 2 - p', ['policy.edit']],
  ['- - Y Y Y Y -', ['dossier.export']],
  // A larger unit or margin is a tighter limit, which each of them sets alone; a lower one takes both.
  ['- - - 2 2 - -', ['instrument.correct']],
  // A further account and a holiday decide when data are unknown, which is risk's matter as well as an administrator's.
  ['- - - Y - - Y', ['portfolio.change']],
  // An invitation grants nothing and a portfolio holds nothing yet: both are made ready by an administrator.
  ['- - - - - - Y', ['people.invite', 'portfolio.manage']],
];

test('every role may do of every action what was decided for it, and nothing else', () => {
  for (const [row, actions] of DECIDED) {
    const leaves = row.split(' ').map((word) => LEAVE[word]);
    for (const action of actions) {
      expect(
        ROLES.map((role) => can(role, action)),
        action,
      ).toEqual(leaves);
    }
  }
  expect(DECIDED.flatMap(([, actions]) => actions).sort()).toEqual([...ACTIONS].sort());
});
