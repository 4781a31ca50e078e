import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// `npm run dev` talks to the server that GLASSHOUSE_URL names; without one, to the mock (`npm run mock`).
const server_url = process.env.GLASSHOUSE_URL ?? 'http://127.0.0.1:18300';
const to_server = { target: server_url, changeOrigin: true };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', port: 18301, strictPort: true, proxy: { '/api': to_server, '/log': to_server } },
  build: {
    // The server's content security policy allows files of its own origin and nothing inline, data: fonts included.
    assetsInlineLimit: 0,
    target: 'es2022',
    // color-mix() stays as written.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    manifest: true,
    chunkSizeWarningLimit: 2000,
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], maxWorkers: 2, testTimeout: 30_000 },
});
