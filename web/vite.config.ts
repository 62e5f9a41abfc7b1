import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

import { mockShop } from './tests/mock/plugin';

/**
 * In development Vite must answer deep links the way the Go server does: staff pages
 * with staff.html, every other page with index.html.
 */
function staffPages(): Plugin {
  return {
    name: 'staff-pages',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (path === '/staff' || path.startsWith('/staff/')) request.url = '/staff.html';
        next();
      });
    },
  };
}

const shop = process.env.BUILDPLATE_DEV_SHOP ?? 'http://127.0.0.1:8080';
const mock = process.env.MOCK === '1';

export default defineConfig({
  plugins: [...(mock ? [mockShop()] : []), staffPages(), tailwindcss(), svelte()],
  build: {
    target: 'es2022',
    // Styles and scripts come from our own origin only, so nothing may be inlined as a data URI script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    // three arrives as one lazy chunk of about 600 kB; `npm run size` guards what customers load first.
    chunkSizeWarningLimit: 800,
    rollupOptions: { input: { index: 'index.html', staff: 'staff.html' } },
  },
  server: {
    port: 5173,
    proxy: mock ? undefined : { '/api': { target: shop }, '/f': { target: shop } },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});
