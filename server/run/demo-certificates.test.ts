import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { makeDemoCertificates } from './demo-certificates';

const made = makeDemoCertificates(new Date(), 300);

test('the certificate is for localhost, under the root, and as long as it was asked for', () => {
  const [root, leaf] = [new X509Certificate(made.root), new X509Certificate(made.certificate)];
  expect(root.ca).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(leaf.checkIssued(root)).toBe(true);
  expect(leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.checkHost('localhost')).toBe('localhost');
  expect(leaf.checkHost('example.com')).toBeUndefined();
  expect((new Date(leaf.validTo).getTime() - Date.now()) / 86_400_000).toBeCloseTo(300, 0);
});

test('a client that trusts the root trusts the server, and another does not', async () => {
  const server = createServer({ cert: made.certificate, key: made.key }, (socket) => socket.end());
  server.on('tlsClientError', () => {});
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const trusted = (ca?: string) =>
    new Promise<boolean>((settle) => {
      const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca }, () => {
        settle(socket.authorized);
        socket.destroy();
      });
      socket.on('error', () => settle(false));
    });
  expect(await trusted(made.root)).toBe(true);
  expect(await trusted()).toBe(false);
  server.close();
});
