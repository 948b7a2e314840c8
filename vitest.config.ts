import { defineConfig } from 'vitest/config';

// Histories are captured on demand, when a release is made, and replayed ever after.
const suites = process.env['CAPTURE_HISTORIES'] === 'yes' ? ['capture'] : [];
// Files share a process and what it has loaded: reading the code again for each file takes half of all time.
const shared = { isolate: false };
const zones = ['UTC', 'Asia/Tokyo', 'America/New_York'];
/** Of these rooms nothing knows a date or a time, so one zone is enough; whatever is not named runs in all. */
const timeless = [
  'access',
  'api',
  'config',
  'deploy',
  'html',
  'message',
  'observability',
  'sequence',
  'temporal',
];

export default defineConfig({
  test: {
    pool: 'forks',
    // Most tests wait for servers more than they compute: a third has work for two cores while the others wait.
    maxWorkers: 3,
    projects: [
      // Unit tests run under three zones of the process: nothing may depend on it.
      ...zones.map((zone) => ({
        test: {
          ...shared,
          name: `unit ${zone}`,
          include: ['test/unit/**/*.test.ts'],
          exclude: zone === 'UTC' ? [] : timeless.map((room) => `test/unit/${room}/**`),
          env: { TZ: zone },
          testTimeout: 60_000,
        },
      })),
      ...['integration', 'workflow', 'e2e'].map((suite) => ({
        test: {
          ...shared,
          name: suite,
          include: [`test/${suite}/**/*.test.ts`],
          env: { TZ: 'UTC' },
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      })),
      // Offline: committed histories against the code at hand.
      {
        test: {
          ...shared,
          name: 'replay',
          include: ['test/replay/**/*.test.ts'],
          env: { TZ: 'UTC' },
          testTimeout: 60_000,
        },
      },
      ...suites.map(() => ({
        test: {
          ...shared,
          name: 'capture',
          include: ['test/replay/*.capture.ts'],
          env: { TZ: 'UTC' },
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
