import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

import { licences } from './scripts/licences';

/**
 * In development Vite must answer deep links the way the Go server does: staff pages with staff.html, every other
 * page with index.html. The page of components at /ui is for developers only: it is in no build.
 */
function pages(): Plugin {
  return {
    name: 'pages',
    configureServer({ middlewares }) {
      middlewares.use((request, _response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (path === '/staff' || path.startsWith('/staff/')) request.url = '/staff.html';
        if (path === '/ui' || path.startsWith('/ui/')) request.url = '/ui.html';
        next();
      });
    },
  };
}

/** The shop's door of a running `buildplate serve`, for `npm run dev`. */
const shop = process.env.BUILDPLATE_DEV_SHOP ?? 'http://localhost:8080';
// The server takes changes only from its own pages, so it must see its own origin.
const door = { target: shop, changeOrigin: true, headers: { origin: shop } };

export default defineConfig({
  plugins: [pages(), tailwindcss(), svelte(), licences()],
  build: {
    target: 'es2022',
    // Scripts and styles come from our own origin only, so nothing may become a data URI.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    // three arrives as one lazy chunk of about 600 kB; `npm run size` guards what customers load first.
    chunkSizeWarningLimit: 800,
    rollupOptions: { input: { index: 'index.html', staff: 'staff.html' } },
  },
  server: {
    port: 5173,
    proxy: { '/api': door, '/f/': door, '/source.tar.gz': door },
  },
  // Unit tests run Svelte as the browser has it.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    environment: './tests/support/runes.ts',
    server: { deps: { inline: ['svelte'] } },
  },
});
