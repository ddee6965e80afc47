/**
 * Builds the page (`renderer/`) into `dist/renderer`: static files with relative addresses, so that the loopback server and
 * the desktop app's own scheme serve the same bytes. Nothing is inlined: the page runs under a policy without inline script or style.
 */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: ['chrome120', 'firefox121', 'safari17'],
    // The polyfill is for browsers older than the targets.
    modulePreload: { polyfill: false },
    // An inlined image would need `data:` in the policy of every host.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
});
