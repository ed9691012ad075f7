import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const FLAG = { userPresent: 0x01, userVerified: 0x04, attested: 0x40 };
const b64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

type Wish = { origin?: string; rpId?: string; userVerified?: boolean };

/** An authenticator in software that keeps one ES256 passkey; what it answers can be made wrong on purpose. */
export class SoftAuthenticator {
  readonly id = randomBytes(16);
  private readonly key: KeyObject;
  private readonly publicKey: Uint8Array;
  private counter = 0;

  constructor(private readonly at: Required<Pick<Wish, 'origin' | 'rpId'>>) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const bytes = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64url'));
    this.key = privateKey;
    // COSE_Key: EC2, ES256, P-256 (RFC 9053).
    this.publicKey = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ]),
    );
  }

  private authenticatorData(wish: Wish, extra: Uint8Array = new Uint8Array()): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(++this.counter);
    const verified = wish.userVerified === false ? 0 : FLAG.userVerified;
    const flags = FLAG.userPresent | verified | (extra.length ? FLAG.attested : 0);
    return Buffer.concat([sha256(wish.rpId ?? this.at.rpId), Buffer.from([flags]), counter, extra]);
  }

  private clientData(type: string, challenge: string, wish: Wish): string {
    return JSON.stringify({ type, challenge, origin: wish.origin ?? this.at.origin, crossOrigin: false });
  }

  register(challenge: string, wish: Wish = {}): RegistrationResponseJSON {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.publicKey]);
    const authData = new Uint8Array(this.authenticatorData(wish, attested));
    const attestation = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]) as never,
    );
    return {
      id: b64(this.id),
      rawId: b64(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: b64(this.clientData('webauthn.create', challenge, wish)),
        attestationObject: b64(attestation),
        transports: ['internal'],
      },
    };
  }

  answer(challenge: string, wish: Wish = {}): AuthenticationResponseJSON {
    const clientData = this.clientData('webauthn.get', challenge, wish);
    const authData = this.authenticatorData(wish);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.key);
    return {
      id: b64(this.id),
      rawId: b64(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: b64(clientData),
        authenticatorData: b64(authData),
        signature: b64(signature),
      },
    };
  }
}
