import { defineConfig } from 'vitest/config';

// What `npm run mutation` runs: unit tests in one zone. Each file has its own process, so that a mutant in what a module
// computes while it loads is in force.
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    setupFiles: ['test/support/mutation-setup.ts'],
    env: { TZ: 'UTC' },
    testTimeout: 60_000,
  },
});
