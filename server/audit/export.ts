import 'server-only';
import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { outboundFetch } from '../kernel/outbound';
import { inTransaction } from '../kernel/transaction';
import type { Head } from './chain';
import { type ExportedHead, parseHeads } from './head-lines';
import { recordEvent } from './record';
import { insertHeadExport, readHead } from './store';

/** Where heads are kept outside the database: one JSON line each, only ever appended to. */
export const headsFile = (): string => join(process.env.GOING_LIVE_DATA ?? '.data', 'audit', 'heads.jsonl');

/** Heads exported to the file of this installation; none where there is no file yet. */
export async function headsOnDisk(file = headsFile()): Promise<{ heads: ExportedHead[]; unreadableLines: number[] }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return parseHeads(text);
}

async function toFile(head: ExportedHead): Promise<void> {
  const file = headsFile();
  await mkdir(join(file, '..'), { recursive: true });
  await appendFile(file, `${JSON.stringify(head)}\n`, { mode: 0o600 });
  const handle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

async function toWebhook(url: string, head: ExportedHead): Promise<void> {
  const secret = process.env.AUDIT_WEBHOOK_SECRET;
  if (!secret) throw new Error('AUDIT_WEBHOOK_SECRET is not set');
  const id = newId();
  const sentAt = new Date();
  const body = JSON.stringify({ type: 'audit.head', data: head });
  const answer = await outboundFetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, sentAt, body),
    },
  });
  if (answer.status < 200 || answer.status > 299) throw new Error(`answered ${answer.status}`);
}

type Outcome = { target: string; ok: boolean; error: string | null };

async function attempt(target: string, work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return { target, ok: true, error: null };
  } catch (error) {
    return { target, ok: false, error: error instanceof Error ? error.message.slice(0, 300) : 'failed' };
  }
}

/**
 * Writes the chain's head where the database cannot reach it: a file, and AUDIT_WEBHOOK_URL if that is set. A head that
 * is kept elsewhere is what shows a cut tail or a history written anew. Failures are recorded, and the other target is
 * still served.
 */
export async function exportHead(): Promise<{ seq: number; targets: Outcome[] }> {
  const head: Head = await readHead();
  if (head.seq === 0) return { seq: 0, targets: [] };
  const url = process.env.AUDIT_WEBHOOK_URL;
  const exported = { ...head, at: new Date().toISOString() };
  const targets = await Promise.all([
    attempt('file', () => toFile(exported)),
    ...(url ? [attempt('webhook', () => toWebhook(url, exported))] : []),
  ]);
  await inTransaction(async (tx, now) => {
    for (const outcome of targets) await insertHeadExport(tx, { id: newId(), ...head, exportedAt: now, ...outcome });
    recordEvent(tx, {
      type: 'audit.head-exported',
      actor: job('audit-head-export'),
      subject: { kind: 'audit', id: `entry ${head.seq}` },
      data: { ...head, targets },
    });
  });
  return { seq: head.seq, targets };
}
