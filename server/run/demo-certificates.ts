import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

type Der = Buffer;

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: Der[]): Der {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80
      ? Buffer.from([length])
      : Buffer.from([0x80 + Math.ceil(length.toString(16).length / 2), ...bytesOf(length)]);
  return Buffer.concat([Buffer.from([tag]), size, content]);
}

const bytesOf = (value: number): Der => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
};
const sequence = (...parts: Der[]) => der(0x30, ...parts);
const octets = (content: Der) => der(0x04, content);
const bits = (content: Der) => der(0x03, Buffer.from([0]), content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const TRUE = der(0x01, Buffer.from([0xff]));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
const ALT_NAMES = '551d11';

const nameOf = (common: string) => sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(common)))));
const timeOf = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`));
const extension = (id: string, content: Der) => sequence(oid(id), TRUE, octets(content));

const pem = (content: Der) =>
  `-----BEGIN CERTIFICATE-----\n${content.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

type Wish = { subject: string; issuer: string; from: Date; until: Date; extensions: Der[] };

function certificate({ subject, issuer, from, until, extensions }: Wish, key: KeyObject, signer: KeyObject): string {
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(timeOf(from), timeOf(until)),
    nameOf(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return pem(sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, signer))));
}

export type DemoCertificates = { root: string; certificate: string; key: string; until: string };

const DAY_MS = 86_400_000;
const ROOT = 'Going Live demo root';

/**
 * A root of the demo's own and a certificate for `localhost` under it, both PEM (RFC 5280, ECDSA P-256): Node makes keys
 * but no certificates, and a machine need not have openssl. The root's key is not kept.
 */
export function makeDemoCertificates(now: Date, days: number): DemoCertificates {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const [rootKey, key] = [pair(), pair()];
  const from = new Date(now.getTime() - DAY_MS);
  const until = new Date(now.getTime() + days * DAY_MS);
  const root = certificate(
    {
      subject: ROOT,
      issuer: ROOT,
      from,
      until,
      extensions: [
        extension(BASIC_CONSTRAINTS, sequence(TRUE)),
        extension(KEY_USAGE, der(0x03, Buffer.from([2, 0x04]))),
      ],
    },
    rootKey,
    rootKey,
  );
  const leaf = certificate(
    {
      subject: 'localhost',
      issuer: ROOT,
      from,
      until,
      extensions: [extension(ALT_NAMES, sequence(der(0x82, Buffer.from('localhost'))))],
    },
    key,
    rootKey,
  );
  return {
    root,
    certificate: leaf,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    until: until.toISOString(),
  };
}
