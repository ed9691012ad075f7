import { lookup as resolve } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { DomainError } from './errors';
import { type AddressVerdict, judgeAddress, parseAllowRules } from './outbound-policy';

/** What went wrong outside: `refused` by our policy, `not-connected` (nothing was sent), `no-answer` (it may have been). */
export class OutboundError extends Error {
  constructor(
    readonly kind: 'refused' | 'not-connected' | 'no-answer' | 'too-large',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'OutboundError';
  }
}

export type CheckedTarget = { address: string; family: 4 | 6; isPublic: boolean };

export type JudgedAddress = { address: string; family: 4 | 6; verdict: AddressVerdict };

/**
 * Every address of a host, each with what the policy says of connecting to it on this port. Throws `OutboundError`
 * (`not-connected`) for no such host. What is refused may be named to people, never contacted.
 */
export async function judgeHost(host: string, port: number): Promise<JudgedAddress[]> {
  const rules = parseAllowRules(process.env.OUTBOUND_ALLOW);
  // The URL parser turns decimal and octal forms (2130706433, 0177.1) into the address that they mean.
  const canonical = canonicalHost(host);
  const found = isIP(canonical)
    ? [{ address: canonical, family: isIP(canonical) }]
    : await resolve(canonical, { all: true, verbatim: true }).catch((cause) => {
        throw new OutboundError('not-connected', `No address for ${host}.`, { cause });
      });
  return found.map(({ address, family }) => ({
    address,
    family: family as 4 | 6,
    verdict: judgeAddress(address, port, rules),
  }));
}

/**
 * Resolves a host and gives the first address that the policy lets us reach on this port. Connect to that address and no
 * other: a second look-up could answer differently. Throws `OutboundError` (`refused`, or `not-connected` for no such host).
 */
export async function checkTarget(host: string, port: number): Promise<CheckedTarget> {
  const verdicts = await judgeHost(host, port);
  for (const { address, family, verdict } of verdicts) {
    if (verdict.allowed) return { address, family, isPublic: verdict.isPublic };
  }
  const first = verdicts[0]?.verdict;
  throw new OutboundError(
    'refused',
    `Not contacted: ${first && !first.allowed ? first.why : `no address for ${host}`}.`,
  );
}

function canonicalHost(host: string): string {
  try {
    return new URL(`http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}`).hostname.replace(
      /^\[|\]$/g,
      '',
    );
  } catch {
    throw new OutboundError('refused', `${host} is no host name.`);
  }
}

/** Parses an http(s) address of something outside; throws INVALID with what to change. */
export function parseOutboundUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
    throw new DomainError('INVALID', 'The address must begin with https:// (or http://) and carry no user name.');
  }
  return url;
}

export type OutboundRequest = {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For everything together: name, connection, answer. */
  timeoutMs?: number;
  maxBytes?: number;
};
export type OutboundAnswer = {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  text: string;
  address: string;
  durationMs: number;
};

const portOf = (url: URL) => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

/**
 * One request to the outside under the policy: the address is checked and then connected to, redirects are not followed
 * (a 3xx is the answer), the whole has one deadline and a size limit. Any status resolves; only no answer throws.
 */
export async function outboundFetch(address: string, options: OutboundRequest = {}): Promise<OutboundAnswer> {
  const url = parseOutboundUrl(address);
  const timeoutMs = options.timeoutMs ?? 10_000;
  const started = performance.now();
  const deadline = AbortSignal.timeout(timeoutMs);
  const late = () => new OutboundError('no-answer', `No answer in ${timeoutMs / 1000} s.`);
  const target = await Promise.race([checkTarget(url.hostname, portOf(url)), aborted(deadline, late)]);
  const pinned: LookupFunction = (_host, wanted, done) =>
    wanted.all ? done(null, [target]) : done(null, target.address, target.family);
  const agent = new Agent({ connect: { lookup: pinned, timeout: timeoutMs }, pipelining: 0 });
  try {
    const answer = await request(url, {
      method: options.method ?? 'GET',
      headers: options.headers,
      body: options.body,
      signal: deadline,
      dispatcher: agent,
    });
    const body = await readLimited(answer.body, options.maxBytes ?? 1_000_000);
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    const durationMs = performance.now() - started;
    return {
      status: answer.statusCode,
      headers,
      body,
      text: body.toString('utf8'),
      address: target.address,
      durationMs,
    };
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    if (deadline.aborted) throw late();
    throw asOutboundError(error);
  } finally {
    void agent.destroy();
  }
}

async function readLimited(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw new OutboundError('too-large', `The answer is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const aborted = (signal: AbortSignal, reason: () => Error) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(reason()), { once: true }));

const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

function asOutboundError(cause: unknown): OutboundError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return BEFORE_SENDING.test(code)
    ? new OutboundError('not-connected', `No connection (${code}).`, { cause })
    : new OutboundError('no-answer', `The connection broke (${code || message}).`, { cause });
}
