import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: '/console/',
  root: at('.'),
  plugins: [react()],
  resolve: {
    alias: [
      // The offline verification of the SDK, with the same hashes in the browser.
      { find: 'node:crypto', replacement: at('src/trail/node-crypto.ts') },
      // Browsers have sockets of their own.
      { find: /^ws$/, replacement: at('src/app/no-ws.ts') },
    ],
  },
  build: {
    outDir: at('../.cache/console'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
});
