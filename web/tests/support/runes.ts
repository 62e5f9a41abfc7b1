import type { Environment } from 'vitest/runtime';

/** Node for the unit tests, but with Svelte compiled as for the browser: on a server, effects never run. */
export default {
  name: 'runes',
  viteEnvironment: 'client',
  setup() {
    return { teardown() {} };
  },
} satisfies Environment;
