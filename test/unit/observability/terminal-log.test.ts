import { expect, it } from 'vitest';
import { terminalLog } from '../../../src/bin/up/terminal-log.js';
import { createLogger } from '../../../src/observability/logger.js';

it('has a short line for each thing, with an ISO time, and tells the same once a minute', () => {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const destination = terminalLog(
    (line) => lines.push(line),
    () => clock.ms,
  );
  const logger = createLogger({ level: 'warn', destination });
  const fail = () => {
    const about = { method: 'POST', route: '/v1/contacts/:id', code: 'UNAVAILABLE' };
    logger.error({ err: new Error('connect ECONNREFUSED'), ...about }, 'request failed');
  };
  for (let times = 0; times < 500; times += 1) fail();
  logger.warn('something else');
  clock.ms = 60_000;
  fail();
  const failed = 'error request failed POST /v1/contacts/:id – UNAVAILABLE: connect ECONNREFUSED';
  expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual([
    failed,
    'warn something else',
    `${failed} (and 499 times before)`,
  ]);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
});
