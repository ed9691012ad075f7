import 'server-only';
import type { Actor, Role } from '../kernel/actor';
import type { Tx } from '../kernel/transaction';
import { type Notice, queueNotice } from '../notifications/notice-actions';
import type { EmergencyFacts } from './facts';
import { toldOf } from './journal';
import { type About, finishNotice, joinedNotice, resumedNotice, startNotice, stepNotice, stuckNotice } from './notices';
import type { Opening } from './opening';
import type { EmergencyRow, listSteps } from './store';

type StepRow = Awaited<ReturnType<typeof listSteps>>[number];

export const scopeNameOf = (row: Pick<EmergencyRow, 'atStart' | 'scope'>): string =>
  (row.atStart as { scopeName?: string }).scopeName ?? row.scope;
const aboutRow = (row: EmergencyRow): About & { state: string } => ({ ...row, scopeName: scopeNameOf(row) });

/** Queues a notice; what the journal here says was told already is kept as delivered and not sent again. */
const queue = (tx: Tx, notice: Notice): Promise<string[]> =>
  queueNotice(tx, { ...notice, told: toldOf(notice.subject.id) });

export async function tellStart(
  tx: Tx,
  emergency: EmergencyFacts & { number: string; startedAt: Date },
): Promise<void> {
  await queue(tx, startNotice(emergency));
}

export async function tellJoined(
  tx: Tx,
  row: EmergencyRow,
  by: { actor: Actor; reason: string; line: string },
): Promise<void> {
  await queue(tx, joinedNotice(aboutRow(row), by));
}

export async function tellStep(tx: Tx, row: EmergencyRow, ordinal: number, steps: StepRow[]): Promise<void> {
  const notice = stepNotice(aboutRow(row), ordinal, steps as Parameters<typeof stepNotice>[2]);
  if (notice) await queue(tx, notice);
}

export async function tellFinish(
  tx: Tx,
  row: EmergencyRow,
  verdict: 'stopped' | 'partial',
  steps: StepRow[],
  line: string,
): Promise<void> {
  await queue(tx, finishNotice(aboutRow(row), verdict, steps as Parameters<typeof finishNotice>[2], line));
}

export async function tellResumed(
  tx: Tx,
  row: EmergencyRow,
  approvals: readonly { name: string; role: Role }[],
): Promise<void> {
  await queue(tx, resumedNotice(aboutRow(row), approvals));
}

export async function tellStuck(tx: Tx, row: EmergencyRow, stuck: readonly Opening[]): Promise<void> {
  await queue(tx, stuckNotice(aboutRow(row), stuck));
}
