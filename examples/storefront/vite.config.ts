import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const gateway = process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:8000';
const token = process.env['TOKEN'];

// The shop's server passes requests on, so that page and gateway have one origin, and the token stays out of the browser.
const proxy = {
  '^/(graphql|_sandbox)(/|$)': {
    target: gateway,
    changeOrigin: true,
    ...(token ? { headers: { Authorization: `Bearer ${token}` } } : {}),
  },
};

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', port: 5173, strictPort: true, proxy },
  preview: { host: '127.0.0.1', port: 5173, strictPort: true, proxy },
  build: { chunkSizeWarningLimit: 800 },
});
