/** Starts the gateway on its sandbox and the built shop beside it, and ends both together. `make shop` runs it. */

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { preview } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const gatewayPort = Number(process.env.GATEWAY_PORT || 8000);
const shopPort = Number(process.env.SHOP_PORT || 5173);

await mustBeFree(gatewayPort, 'GATEWAY_PORT');
await mustBeFree(shopPort, 'SHOP_PORT');

const gateway = spawn(join(here, '../../.venv/bin/gateway'), ['dev', '--port', String(gatewayPort)], {
  stdio: ['ignore', 'ignore', 'pipe'],
  env: {
    ...process.env,
    GATEWAY_TRUSTED_DOCUMENTS: join(here, 'src/generated/persisted-documents.json'),
    GATEWAY_LOG_LEVEL: process.env.GATEWAY_LOG_LEVEL || 'error',
  },
});
let said = ''; // the welcome, or why the gateway did not start
let ready = false;
gateway.stderr.on('data', (text) => (ready ? process.stderr.write(text) : (said += text)));
gateway.on('exit', (code) => {
  if (!ready) process.stderr.write(said);
  process.exit(code ?? 0);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => gateway.kill(signal));

process.env.SHOP_GATEWAY = `http://127.0.0.1:${gatewayPort}`; // vite.config.ts reads it
while (!(await fetch(process.env.SHOP_GATEWAY).catch(() => null))) await setTimeout(50);
ready = true;
await preview({ root: here, preview: { port: shopPort } });
console.log(`
  Storefront   http://127.0.0.1:${shopPort}
  GraphiQL     ${process.env.SHOP_GATEWAY}/graphql

Ctrl-C ends both.`);

/** Says which variable to set, in place of half a start. */
function mustBeFree(port, variable) {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', ({ code }) => {
      const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`;
      console.error(`Port ${port} ${why}. Choose another: make shop ${variable}=${port + 1}`);
      process.exit(1);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(resolve));
  });
}
