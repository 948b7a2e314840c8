// node .ci/count-tests.mjs FILE: prints "N passed, N failed" from the report of `vitest --reporter=json`.

import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
let report;
try {
  report = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  process.stderr.write('The tests left no report: they did not run to their end.\n');
  process.exit(1);
}
const passed = report.numPassedTests;
// A file that cannot be loaded, or whose preparation fails, has no test that could fail.
const broken = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
for (const { name, message } of broken) process.stdout.write(`${name}: ${message}\n`);
const left = report.numPendingTests + report.numTodoTests;
if (left > 0) process.stdout.write(`${left} skipped\n`);
process.stdout.write(`${passed} passed, ${report.numFailedTests + broken.length} failed\n`);
process.exitCode = report.success && passed > 0 ? 0 : 1;
