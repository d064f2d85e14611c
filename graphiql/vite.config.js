import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig } from 'vite';

// Quality 11 takes twice the time, and saves two percent.
const CODINGS = {
  '.br': (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  '.gz': (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

async function compress(file) {
  const bytes = await readFile(file);
  if (bytes.length < 1024) return;
  const write = async ([suffix, encode]) => {
    const encoded = await encode(bytes);
    if (encoded.length < 0.9 * bytes.length) await writeFile(file + suffix, encoded);
  };
  await Promise.all(Object.entries(CODINGS).map(write));
}

// Writes each asset a second and a third time, compressed, where that makes it smaller. See gateway/http/assets.py.
const compressed = {
  name: 'compressed',
  async writeBundle({ dir }) {
    const assets = join(dir, 'graphiql', 'assets');
    await Promise.all((await readdir(assets)).map((name) => compress(join(assets, name))));
  },
};

// The page is served at /graphql and finds its files beside it, whatever path a proxy puts in front.
export default defineConfig({
  base: './',
  plugins: [compressed],
  build: {
    outDir: '../gateway/http/ide',
    emptyOutDir: true,
    assetsDir: 'graphiql/assets',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 8000,
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" at the top of a dependency means nothing outside a server-rendered app.
      checks: { moduleLevelDirective: false },
    },
  },
  worker: { format: 'es' },
});
