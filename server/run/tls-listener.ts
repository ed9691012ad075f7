import { createServer } from 'node:https';
import { log } from '../kernel/log';
import { demoCertificates } from './demo-tls';

/** A TLS server on loopback for the certificate probe of demo and browser tests: `localhost`, under the demo's root. */
const { GOING_LIVE_DATA, GOING_LIVE_TLS_PORT } = process.env;
if (!GOING_LIVE_DATA) throw new Error('GOING_LIVE_DATA is set by the start.');

const { certificate, root, key } = demoCertificates(GOING_LIVE_DATA, new Date());
const server = createServer({ cert: certificate + root, key }, (_request, response) => {
  response
    .writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'public, max-age=60' })
    .end('Going Live demo\n');
});
server.listen(Number(GOING_LIVE_TLS_PORT), '127.0.0.1', () =>
  log.info({ port: GOING_LIVE_TLS_PORT }, 'TLS listener started'),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  });
}
