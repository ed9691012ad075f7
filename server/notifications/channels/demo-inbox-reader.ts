import 'server-only';
import { z } from 'zod';
import { notFound } from '../../kernel/errors';

const Mail = z.object({
  messageId: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  receivedAt: z.string(),
  repeats: z.number(),
});
const Hook = z.object({
  id: z.string(),
  sentAt: z.string(),
  receivedAt: z.string(),
  verified: z.boolean(),
  why: z.string(),
  body: z.string(),
  repeats: z.number(),
});

/** What the demo's own mail server and receiver have got, newest first. Null: they do not answer. */
export const DemoInbox = z.object({ mails: z.array(Mail), hooks: z.array(Hook) });
export type DemoInbox = z.infer<typeof DemoInbox>;

/** Is this an installation with the demo's inbox beside it? A real one has none, and its pages are not there. */
export const hasDemoInbox = (): boolean => Boolean(process.env.GOING_LIVE_INBOX_PORT);

/** Asks the demo inbox for what it got; throws NOT_FOUND where there is none. */
export async function readDemoInbox(): Promise<DemoInbox | null> {
  if (!hasDemoInbox()) throw notFound('The demo inbox');
  try {
    const answer = await fetch(`http://127.0.0.1:${process.env.GOING_LIVE_INBOX_PORT}/messages`, {
      signal: AbortSignal.timeout(2_000),
      cache: 'no-store',
    });
    return DemoInbox.parse(await answer.json());
  } catch {
    return null;
  }
}
