import { defineConfig } from 'vite';

// The page is served at /graphql and finds its files beside it, whatever path a proxy puts in front.
export default defineConfig({
  base: './',
  build: {
    outDir: '../gateway/http/ide',
    emptyOutDir: true,
    assetsDir: 'graphiql/assets',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 8000,
    rolldownOptions: {
      // "use client" at the top of a dependency means nothing outside a server-rendered app.
      checks: { moduleLevelDirective: false },
    },
  },
  worker: { format: 'es' },
});
