import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const target = process.env['SHOP_GATEWAY'] ?? 'http://127.0.0.1:8000';
const token = process.env['TOKEN'];
const headers = token ? { Authorization: `Bearer ${token}` } : {};

// The shop's server passes requests on, so page and gateway have one origin, and the token stays out of the browser.
const proxy = { '^/(graphql|_sandbox)(/|$)': { target, headers, changeOrigin: true } };

export default defineConfig({
  plugins: [react()],
  build: { chunkSizeWarningLimit: 800 },
  server: { host: '127.0.0.1', strictPort: true, proxy }, // `vite preview` takes these over
});
