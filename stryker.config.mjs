export default {
  // The texts of ready-made sequences are data, not rules.
  mutate: ['src/domain/**/*.ts', '!src/domain/sequence/ready-made/*-*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner'],
  concurrency: 1,
  // What runs while a module loads would be tried against every test of it: most of the time for few mutants.
  ignoreStatic: true,
  // Copies and reports lie in .data, which git and the linters leave alone.
  tempDirName: '.data/mutation/copies',
  ignorePatterns: ['.data', 'dist', 'coverage', 'bench', 'deploy', 'docs', 'examples'],
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { logTests: false, allowEmojis: false },
  htmlReporter: { fileName: '.data/mutation/report.html' },
  jsonReporter: { fileName: '.data/mutation/report.json' },
  thresholds: { high: 95, low: 90, break: null },
};
