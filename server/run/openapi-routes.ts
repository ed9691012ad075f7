import { z } from 'zod';
import { ReportMessage } from '../engines/messages';
import { ImportRequestQuery } from '../evidence/backtest';

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

/** Every route of `app/api/v1`; a test compares this list with the folders. */
export const MACHINE_ROUTES: MachineRoute[] = [
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
