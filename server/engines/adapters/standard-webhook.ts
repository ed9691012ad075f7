import { newId } from '../../kernel/ids';
import { OutboundError, outboundFetch } from '../../kernel/outbound';
import { type CommandMessage, ReplyMessage } from '../messages';
import type { EngineAnswer, EngineEndpoint, EnginePort, OutgoingCommand } from '../port';
import { signMessage, verifyMessage } from '../signature';

const MAX_REPLY_BYTES = 4_000_000;

/** Commands as Standard Webhooks, with a signed answer in the same exchange. See `server/engines/protocol.md`. */
export const standardWebhook: EnginePort = {
  async send(endpoint, command, timeoutMs) {
    const message: CommandMessage = { to: '/commands', nonce: newId(), ...command };
    return exchange(endpoint, message, timeoutMs);
  },
};

async function exchange(endpoint: EngineEndpoint, message: CommandMessage, timeoutMs: number): Promise<EngineAnswer> {
  const body = JSON.stringify(message);
  const signed = signMessage({ id: message.id, body, secrets: endpoint.secrets, at: new Date() });
  let answer: Awaited<ReturnType<typeof outboundFetch>>;
  try {
    answer = await outboundFetch(`${endpoint.url.replace(/\/+$/, '')}/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed },
      body,
      timeoutMs,
      maxBytes: MAX_REPLY_BYTES,
    });
  } catch (error) {
    if (!(error instanceof OutboundError)) return { kind: 'not-sent', why: 'The address of this engine is of no use.' };
    const isUnsent = error.kind === 'refused' || error.kind === 'not-connected';
    return { kind: isUnsent ? 'not-sent' : 'unknown', why: error.message };
  }
  if (answer.status === 401) return { kind: 'not-sent', why: 'The engine refused our signature (401).' };
  if (answer.status !== 200) return { kind: 'unknown', why: `The engine answered ${answer.status}.` };
  return readReply(endpoint, message, answer);
}

/** A reply counts only if it is signed, fresh, and answers this very attempt: `echo` is our nonce, new each time. */
function readReply(
  endpoint: EngineEndpoint,
  message: CommandMessage,
  answer: { headers: Record<string, string>; text: string; durationMs: number },
): EngineAnswer {
  const verdict = verifyMessage({
    headers: answer.headers,
    body: answer.text,
    secrets: endpoint.secrets,
    now: new Date(),
  });
  if (!verdict.ok) return { kind: 'unknown', why: `The reply is not trusted: ${verdict.why}.` };
  const parsed = ReplyMessage.safeParse(parseJson(answer.text));
  if (!parsed.success) return { kind: 'unknown', why: 'The reply is not what the protocol says.' };
  if (parsed.data.echo !== message.nonce || parsed.data.id !== message.id) {
    return { kind: 'unknown', why: 'The reply answers another message: replayed or mixed up.' };
  }
  return { kind: 'answered', reply: parsed.data, tookMs: Math.round(answer.durationMs) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The command that asks what became of `commandId`. */
export const askAfter = (commandId: string, command: OutgoingCommand): OutgoingCommand => ({
  ...command,
  id: newId(),
  type: 'query',
  params: { commandId },
  issuedAt: new Date().toISOString(),
});
