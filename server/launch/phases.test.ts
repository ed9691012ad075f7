import { describe, expect, test } from 'vitest';
import { initialPhases, mayRecord, nextPhaseState, phaseAfterRecording, type StepFact, stepState } from './phases';
import { commandFaults, defaultRunbook, orderFaults } from './runbook';

const DIGEST = `sha256:${'9f'.repeat(32)}`;
const runbook = defaultRunbook({ artefactDigest: DIGEST });
const commandsOf = (phase: number) => runbook.filter((step) => step.phase === phase).map((step) => step.command);
let clock = 0;
const step = (...runs: [kind: 'run' | 'rollback', exitCode: number][]): StepFact => ({
  id: 's',
  ordinal: 1,
  title: 'Apply',
  tranche: null,
  runs: runs.map(([kind, exitCode]) => ({ kind, exitCode, recordedAt: new Date(++clock), recordedBy: 'person:ann' })),
});

describe('the default runbook', () => {
  test('backup after migration: the backup stands before anything changes the database', () => {
    const commands = commandsOf(2);
    expect(commands[0]).toMatch(/pg_dump/);
    expect(commands.findIndex((one) => one.includes('pg_dump'))).toBeLessThan(commands.indexOf('alembic upgrade head'));
    expect(orderFaults(commands)).toEqual([]);
    expect(orderFaults(['createdb x', 'alembic upgrade head', 'pg_dump x'])).toHaveLength(1);
  });

  test('latest images: what is built is named by the digest of the release, and latest is refused', () => {
    expect(runbook.some((one) => /:latest\b/.test(one.command))).toBe(false);
    expect(commandsOf(3)[0]).toContain(DIGEST);
    expect(commandsOf(3)[0]).toContain('Dockerfile.prod');
    expect(commandFaults('docker build -t tradingflow/app:latest .')).toHaveLength(1);
  });

  test('runs the commands of the four phases in order', () => {
    expect(commandsOf(1).join('\n')).toMatch(
      /terraform init\nterraform plan -var-file=production.tfvars[\s\S]*terraform apply[\s\S]*monitoring\/[\s\S]*alerting\/[\s\S]*cicd\//,
    );
    expect(commandsOf(2).join('\n')).toMatch(
      /createdb[\s\S]*alembic upgrade head[\s\S]*seed_production_data[\s\S]*pg_dump/,
    );
    expect(commandsOf(3).join('\n')).toMatch(/staging[\s\S]*npm run test:integration[\s\S]*pytest[\s\S]*production/);
    expect(runbook.filter((one) => one.phase === 4).map((one) => one.tranche)).toEqual([10, 50, 100]);
  });
});

describe('phases', () => {
  test('begin with the first ready and the rest blocked, and never skip', () => {
    expect(initialPhases().map((one) => one.state)).toEqual(['ready', 'blocked', 'blocked', 'blocked']);
    expect(nextPhaseState('blocked', 'start')).toBeNull();
    expect(nextPhaseState('ready', 'pass')).toBeNull();
    expect(nextPhaseState('running', 'pass')).toBeNull();
    expect([mayRecord('blocked'), mayRecord('passed'), mayRecord('ready')]).toEqual([false, false, true]);
  });

  test('the newest recorded run of a step decides', () => {
    expect(stepState(step())).toBe('not-run');
    expect(stepState(step(['run', 1], ['run', 0]))).toBe('done');
    expect(stepState(step(['run', 0], ['rollback', 0]))).toBe('rolled-back');
    expect(stepState(step(['run', 0], ['rollback', 1]))).toBe('failed');
  });

  test('a failed step fails the phase, a good run of it lets the phase go on, a rollback of all rolls it back', () => {
    expect(phaseAfterRecording(1, 'running', [step(['run', 1]), step()])).toBe('failed');
    expect(phaseAfterRecording(1, 'failed', [step(['run', 1], ['run', 0]), step()])).toBe('running');
    expect(phaseAfterRecording(1, 'running', [step(['run', 0], ['rollback', 0]), step()])).toBe('rolled-back');
    expect(phaseAfterRecording(1, 'passed', [step(['run', 1])])).toBe('passed');
  });

  test('a phase awaits its approval when every step is done, and runs again when one is not', () => {
    expect(phaseAfterRecording(1, 'ready', [step(['run', 0])])).toBe('awaiting-approval');
    expect(phaseAfterRecording(1, 'awaiting-approval', [step(['run', 0]), step()])).toBe('running');
    expect(phaseAfterRecording(4, 'ready', [step(['run', 0])])).toBe('running');
  });
});
