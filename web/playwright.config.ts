import { defineConfig, devices } from '@playwright/test';

import { results } from './tests/support/results';

// Debian's Chromium; nothing is downloaded. The flags keep it from asking the outside world for anything,
// and let it draw the 3D view without a graphics card.
const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--enable-unsafe-swiftshader',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
};

export default defineConfig({
  testDir: './tests/stories',
  outputDir: results,
  globalSetup: './tests/support/server.ts',
  // One shop serves all stories, and its queue and lists are shared.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    launchOptions,
    // Snapshots of the page tell more than a film of it, which costs a core for each story, also for those that pass.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    screenshot: 'only-on-failure',
    actionTimeout: 20_000,
  },
  projects: [
    { name: 'setup', testMatch: 'setup.spec.ts' },
    { name: 'stories', dependencies: ['setup'], testIgnore: 'setup.spec.ts' },
  ],
});
