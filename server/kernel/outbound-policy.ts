import ipaddr from 'ipaddr.js';
import { DomainError } from './errors';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** One entry of OUTBOUND_ALLOW: a private network that the host's owner opens, and the ports of it. */
export type AllowRule = { network: [Address, number]; ports: [number, number] };

const ENTRY = /^\[?([0-9a-fA-F.:]+)\]?\/(\d{1,3}):(\*|\d{1,5}(?:-\d{1,5})?)$/;

/**
 * Reads `OUTBOUND_ALLOW`: comma-separated `CIDR:port`, where port is a number, `from-to` or `*`, such as
 * `127.0.0.1/32:4455, 10.20.0.0/16:443`. Throws INVALID on anything else: unknown configuration is an error.
 */
export function parseAllowRules(text: string | undefined): AllowRule[] {
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    const [, network, bits, ports] = ENTRY.exec(entry) ?? [];
    const [from, to = from] = ports === '*' ? [1, 65_535] : (ports ?? '').split('-').map(Number);
    if (!network || !ipaddr.isValid(network) || !from || !to || from > to || to > 65_535) {
      throw new DomainError('INVALID', `OUTBOUND_ALLOW holds "${entry}": write CIDR:port, such as 10.0.0.0/8:443.`);
    }
    return { network: ipaddr.parseCIDR(`${network}/${bits}`), ports: [from, to] };
  });
}

/** Ranges that no rule opens: link-local holds the metadata services of clouds, the rest reach nobody or everybody. */
const NEVER = new Set(['linkLocal', 'unspecified', 'broadcast', 'multicast', 'rfc6052', '6to4', 'teredo', 'rfc6145']);
const METADATA_V6 = ipaddr.parse('fd00:ec2::254').toNormalizedString();

export type AddressVerdict = { allowed: true; isPublic: boolean } | { allowed: false; why: string };

/**
 * May we connect to this address and port? Public unicast yes; private only by a rule; link-local (169.254/16) never.
 * An IPv4 address in IPv6 clothes (`::ffff:127.0.0.1`) is judged as the IPv4 address that it reaches.
 */
export function judgeAddress(text: string, port: number, rules: AllowRule[]): AddressVerdict {
  if (!ipaddr.isValid(text)) return { allowed: false, why: `${text} is no address` };
  const address = ipaddr.process(text);
  const range = address.range();
  const isZero = address.kind() === 'ipv4' && (address as ipaddr.IPv4).octets[0] === 0;
  if (NEVER.has(range) || isZero || address.toNormalizedString() === METADATA_V6) {
    return { allowed: false, why: `${address} is ${range} and never reached from here` };
  }
  if (range === 'unicast') return { allowed: true, isPublic: true };
  const opened = rules.some(
    ({ network: [base, bits], ports: [from, to] }) =>
      base.kind() === address.kind() && address.match(base as never, bits) && port >= from && port <= to,
  );
  return opened
    ? { allowed: true, isPublic: false }
    : { allowed: false, why: `${address} is ${range}; OUTBOUND_ALLOW does not open it on port ${port}` };
}
