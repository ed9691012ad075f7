/** What one look at a TLS endpoint found. */
export type CertificateLook =
  | {
      host: string;
      ok: true;
      authorized: boolean;
      why: string;
      subject: string;
      issuer: string;
      validTo: Date;
      protocol: string;
      chain: string[];
    }
  | { host: string; ok: false; why: string };

const DAY = 86_400_000;

/** Whole days until a certificate ends; negative once it has. */
export const daysLeft = (validTo: Date, now: Date): number => Math.floor((validTo.getTime() - now.getTime()) / DAY);

/** What is wrong with one endpoint's certificate, or null. */
export function certificateFault(look: CertificateLook, minimumDaysLeft: number, now: Date): string | null {
  if (!look.ok) return `${look.host}: ${look.why}`;
  if (!look.authorized) return `${look.host}: the chain is not trusted (${look.why})`;
  const left = daysLeft(look.validTo, now);
  return left < minimumDaysLeft ? `${look.host}: ${left} d left, at least ${minimumDaysLeft} d are asked for` : null;
}

/** A `host:port` (443 where none is given), or null where it is none. */
export function parseHostPort(text: string): { host: string; port: number } | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i.exec(text.trim());
  if (!match) return null;
  const port = Number(match[2] ?? 443);
  return port > 0 && port < 65_536 ? { host: match[1]!.replace(/^\[|\]$/g, ''), port } : null;
}
