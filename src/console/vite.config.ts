// Builds the console into dist/console: relative addresses, the chart library apart so that the first page is fast.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // The chart library is one lazy piece of about this size; nothing else may grow so far.
    chunkSizeWarningLimit: 620,
  },
  server: { proxy: { '/v1': process.env['EXCHANGE_URL'] ?? 'http://127.0.0.1:3000' } },
});
