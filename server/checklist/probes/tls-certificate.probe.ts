import 'server-only';
import { readFile } from 'node:fs/promises';
import { connect, type PeerCertificate, rootCertificates, type TLSSocket } from 'node:tls';
import { z } from 'zod';
import { checkTarget } from '../../kernel/outbound';
import { type CertificateLook, certificateFault, daysLeft, parseHostPort } from '../certificate';
import { defineProbe } from '../probe';

const CONNECT_MS = 8_000;

/** Certificates that the host's owner trusts beside the public ones, from the file that PROBE_CA_FILE names. */
async function trusted(): Promise<string[] | undefined> {
  const file = process.env.PROBE_CA_FILE;
  return file ? [...rootCertificates, await readFile(file, 'utf8')] : undefined;
}

/** Looks at the certificate of one endpoint, at the address that the outbound policy checked. */
async function lookAt(text: string): Promise<CertificateLook> {
  const target = parseHostPort(text);
  if (!target) return { host: text, ok: false, why: 'This is no host name with an optional port.' };
  const { host, port } = target;
  try {
    const { address } = await checkTarget(host, port);
    const ca = await trusted();
    return await new Promise<CertificateLook>((resolve) => {
      // Untrusted chains are shaken hands with as well: the reason is what people need, not a reset.
      const socket = connect({
        host: address,
        port,
        servername: isName(host) ? host : undefined,
        ca,
        rejectUnauthorized: false,
      });
      const end = (look: CertificateLook) => {
        socket.destroy();
        resolve(look);
      };
      socket.setTimeout(CONNECT_MS, () => end({ host: text, ok: false, why: `No answer in ${CONNECT_MS / 1000} s.` }));
      socket.once('error', (error) => end({ host: text, ok: false, why: error.message }));
      socket.once('secureConnect', () => end(describe(text, host, socket)));
    });
  } catch (error) {
    return { host: text, ok: false, why: (error as Error).message };
  }
}

const isName = (host: string) => !/^[\d.]+$|:/.test(host);

function describe(text: string, host: string, socket: TLSSocket): CertificateLook {
  const certificate = socket.getPeerCertificate(true);
  const names = certificate.subjectaltname ?? '';
  const chain: string[] = [];
  for (let one: PeerCertificate = certificate; one?.subject; ) {
    chain.push(String(one.subject.CN ?? one.subject.O ?? ''));
    const next = (one as { issuerCertificate?: PeerCertificate }).issuerCertificate;
    if (!next || next.fingerprint256 === one.fingerprint256) break;
    one = next;
  }
  return {
    host: text,
    ok: true,
    authorized: socket.authorized,
    why: socket.authorized ? '' : String(socket.authorizationError ?? `not valid for ${host}`),
    subject: String(certificate.subject?.CN ?? names),
    issuer: String(certificate.issuer?.CN ?? certificate.issuer?.O ?? ''),
    validTo: new Date(certificate.valid_to),
    protocol: socket.getProtocol() ?? '',
    chain,
  };
}

/** Chain, names and days left of the certificates of named hosts. */
export const tlsCertificateProbe = defineProbe({
  kind: 'tls-certificate',
  label: 'TLS certificates of named hosts',
  params: z.object({
    hosts: z
      .array(
        z
          .string()
          .refine((text) => parseHostPort(text) !== null, 'A host is a name or address, with a port if it is not 443.'),
      )
      .max(50),
    minimumDaysLeft: z.number().int().min(0).max(366).default(21),
  }),
  everySeconds: 300,
  timeoutMs: 20_000,
  check: async ({ hosts, minimumDaysLeft }, { now }) => {
    const looks = await Promise.all(hosts.map(lookAt));
    const faults = looks.flatMap((look) => certificateFault(look, minimumDaysLeft, now) ?? []);
    const seen = looks.map((look) => (look.ok ? { ...look, validTo: look.validTo.toISOString() } : look));
    const measurement = { hosts: seen, faults };
    if (faults.length) return { verdict: 'bad', summary: faults.join('; ').slice(0, 300), measurement };
    const fewest = Math.min(...looks.flatMap((look) => (look.ok ? [daysLeft(look.validTo, now)] : [])));
    return {
      verdict: 'good',
      summary: `${fewest} d left${looks.length > 1 ? `, ${looks.length} hosts` : ''}`,
      measurement,
    };
  },
});
