import { z } from 'zod';
import { EventFilterQuery } from '../audit/shapes';
import { InstrumentBatch } from '../capital/instrument';
import { OrderCheck } from '../capital/order';
import { OrderUpdates } from '../capital/order-update';
import { ReportMessage } from '../engines/messages';
import { ImportRequestQuery } from '../evidence/backtest';
import { RecordStep } from '../launch/inputs';
import { MetricBatch } from '../monitoring/samples';
import { ROWS_AT_MOST, SnapshotRow } from '../risk/ingest/snapshot-row';
import { SizeByName } from '../risk/sizing/sizing-request';

export type MachineRoute = {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As in `app/api/v1`, parameters in braces. */
  path: string;
  summary: string;
  /** An API key with this scope, an engine's signature, a token inside the body, or nothing. */
  access: { key: string } | 'engine-signature' | 'token' | 'anyone';
  query?: z.ZodObject;
  /** A schema is JSON; `file` is the bytes themselves. */
  body?: z.ZodType | 'file';
  answers: Record<string, string>;
};

const Token = z.object({ token: z.string().min(1).max(200) });

const FileName = z.object({ name: z.string().min(1).max(200) });
const Runbook = z.object({ launch: z.string().regex(/^L-\d{4,}$/) });
const Snapshots = z.object({ portfolioId: z.uuid().optional(), rows: z.array(SnapshotRow).min(1).max(ROWS_AT_MOST) });

/** Every route of `app/api/v1`; a test compares this list with the folders. */
export const MACHINE_ROUTES: MachineRoute[] = [
  {
    method: 'post',
    path: '/api/v1/snapshots',
    summary:
      'Takes snapshots of an account; a row seen before is a no-op, a bad one is told with its index. Kind history fills series up to the first live row and is refused after it: what was missed is sent as live with its own asOf. Nothing before 2000 is kept',
    access: { key: 'snapshots:write' },
    body: Snapshots,
    answers: { 200: 'what became of the batch, and the trading state after it' },
  },
  {
    method: 'post',
    path: '/api/v1/metrics',
    summary: 'Takes monitoring samples, one value per metric and minute',
    access: { key: 'metrics:write' },
    body: MetricBatch,
    answers: { 200: 'what became of the batch' },
  },
  {
    method: 'post',
    path: '/api/v1/orders/check',
    summary: 'May this order be sent? Allow or deny with reasons and headroom; what is allowed is reserved',
    access: { key: 'orders:check' },
    body: OrderCheck,
    answers: {
      200: 'the decision; a clientOrderId asked again gets its first answer, ID_REUSED with other content, PROMISE_EXPIRED once it ran out unsent',
    },
  },
  {
    method: 'post',
    path: '/api/v1/orders/updates',
    summary: 'Takes what became of orders: submitted, filled, cancelled, rejected, expired',
    access: { key: 'orders:check' },
    body: OrderUpdates,
    answers: { 200: 'what became of the batch, row by row where it was not simply accepted' },
  },
  {
    method: 'post',
    path: '/api/v1/sizing',
    summary: 'Sizes a position as a target, with the trace of every step and the constraint that was binding',
    access: { key: 'sizing:run' },
    body: SizeByName,
    answers: { 200: 'the target, or why nothing can be sized' },
  },
  {
    method: 'post',
    path: '/api/v1/instruments',
    summary: 'Registers how instruments trade, and takes their daily closes and volumes',
    access: { key: 'snapshots:write' },
    body: InstrumentBatch,
    answers: { 200: 'how many instruments and closes were taken' },
  },
  {
    method: 'get',
    path: '/api/v1/runbook-steps',
    summary: 'The runbook of a launch, so that a pipeline finds the step it has run',
    access: { key: 'runbook:write' },
    query: Runbook,
    answers: { 200: 'the steps in order' },
  },
  {
    method: 'post',
    path: '/api/v1/runbook-steps/{stepId}/runs',
    summary: 'Records one execution of a runbook step; Idempotency-Key makes a repeat harmless',
    access: { key: 'runbook:write' },
    body: RecordStep.omit({ stepId: true, idempotencyKey: true }),
    answers: { 200: 'recorded before under this key', 201: 'recorded' },
  },
  {
    method: 'post',
    path: '/api/v1/checklist-items/{itemId}/files',
    summary: 'Attaches the file in the body to a checklist item',
    access: { key: 'evidence:write' },
    query: FileName,
    body: 'file',
    answers: { 201: 'attached' },
  },
  {
    method: 'get',
    path: '/api/v1/audit/export',
    summary: 'Entries of the event chain as CSV, with what is needed to check each hash again',
    access: { key: 'read' },
    query: EventFilterQuery,
    answers: { 200: 'CSV, the newest first' },
  },
  {
    method: 'post',
    path: '/api/v1/engines/{engineId}/reports',
    summary: "An engine's own report, signed as Standard Webhooks say: its heartbeat",
    access: 'engine-signature',
    body: ReportMessage,
    answers: { 200: 'taken; `receivedAt` is the time of the installation' },
  },
  {
    method: 'post',
    path: '/api/v1/evidence',
    summary: 'Imports a backtest file for a release and answers with its statistics',
    access: { key: 'evidence:write' },
    query: ImportRequestQuery,
    body: 'file',
    answers: { 201: 'imported' },
  },
  {
    method: 'get',
    path: '/api/v1/evidence/files/{fileId}',
    summary: 'The bytes of a kept file, as an attachment',
    access: { key: 'read' },
    answers: { 200: 'the file' },
  },
  {
    method: 'post',
    path: '/api/v1/acknowledge',
    summary: 'Acknowledges an alert by the single-use token of its notification',
    access: 'token',
    body: Token,
    answers: { 200: 'acknowledged' },
  },
  {
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'This document',
    access: 'anyone',
    answers: { 200: 'OpenAPI 3.1' },
  },
];
