import { defineConfig, devices } from '@playwright/test';

import stories from './playwright.config';

const port = 5199;

// The components alone, on the page that Vite serves to developers: no shop runs behind it.
export default defineConfig({
  testDir: './tests/sheet',
  outputDir: './test-results/sheet',
  workers: 1,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    baseURL: `http://localhost:${port}`,
    launchOptions: stories.use?.launchOptions,
  },
  webServer: {
    command: `npx vite --port ${port} --strictPort`,
    url: `http://localhost:${port}/ui`,
    timeout: 120_000,
  },
});
