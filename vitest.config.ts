import { defineConfig } from 'vitest/config';

const zones = ['UTC', 'Asia/Tokyo', 'America/New_York'];

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      // Unit tests run under three zones of the process: nothing may depend on it.
      ...zones.map((zone) => ({
        test: {
          name: `unit ${zone}`,
          include: ['test/unit/**/*.test.ts'],
          env: { TZ: zone },
        },
      })),
      ...['integration', 'workflow', 'replay', 'e2e'].map((suite) => ({
        test: {
          name: suite,
          include: [`test/${suite}/**/*.test.ts`],
          env: { TZ: 'UTC' },
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
