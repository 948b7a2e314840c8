import { DrizzleQueryError } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { describeError } from '../../../src/observability/describe-error.js';
import { runChecks } from '../../../src/observability/health.js';
import { createLogger } from '../../../src/observability/logger.js';

function logged(level: 'info' | 'debug', write: (logger: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  write(createLogger({ level, destination: { write: (line) => void lines.push(line) } }));
  return lines;
}

it('leaves secrets, addresses and texts out, however deep a known field stands', () => {
  const secrets = {
    password: 'hunter2',
    authorization: 'hunter2',
    email: 'hunter2',
    address: 'hunter2',
    body: 'hunter2',
    html: 'hunter2',
    subject: 'hunter2',
    recipient: 'hunter2',
    firstName: 'hunter2',
    properties: { city: 'hunter2' },
  };
  const lines = logged('info', (logger) => {
    logger.info({ ...secrets, headers: secrets, request: { headers: secrets } }, 'hello');
    logger.child({ subsystem: 'mail' }).info({ smtp: secrets }, 'hello');
  });
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines[1]).toContain('"subsystem":"mail"');
});

it('keeps ids, and logs no more than its level says', () => {
  const lines = logged('info', (logger) => {
    logger.debug('quiet');
    logger.info({ enrollmentId: 'e-1', requestId: 'r-1' }, 'loud');
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('"enrollmentId":"e-1"');
  expect(lines[0]).toContain('"level":"info"');
});

it("leaves a failed query's parameters and details out, and keeps its codes", () => {
  const cause = Object.assign(new Error('duplicate key value'), {
    code: '23505',
    constraint: 'contacts_email',
    detail: 'Key (email)=(grace@example.com) already exists.',
  });
  const error = new DrizzleQueryError('insert into contacts', ['grace@example.com'], cause);
  const lines = logged('info', (logger) => {
    logger.error({ err: error }, 'failed');
  });
  expect(lines[0]).not.toContain('grace');
  expect(lines[0]).toContain('insert into contacts');
  expect(describeError(error).cause).toMatchObject({ code: '23505', constraint: 'contacts_email' });
  expect(describeError('hunter2')).toEqual({ type: 'string', message: 'not an Error' });
});

it('a check that fails, throws or hangs is failed, and the others are told', async () => {
  const report = await runChecks(
    {
      good: () => Promise.resolve(true),
      bad: () => Promise.resolve(false),
      broken: () => Promise.reject(new Error('x')),
      hanging: () => new Promise(() => undefined),
    },
    50,
  );
  expect(report).toEqual({
    ready: false,
    checks: { good: 'ok', bad: 'failed', broken: 'failed', hanging: 'failed' },
  });
});

it('says of a value that Postgres could not read, and of a text that is no JSON, that there was one', () => {
  const unread = Object.assign(
    new Error('invalid input syntax for type uuid: "grace@example.com"'),
    {
      code: '22P02',
      severity: 'ERROR',
    },
  );
  const parsed: unknown[] = [];
  try {
    JSON.parse('{"to": grace@example.com}');
  } catch (error) {
    parsed.push(error);
  }
  for (const error of [unread, ...parsed]) {
    const { message } = describeError(error);
    expect(message).not.toContain('grace');
    expect(message.length).toBeGreaterThan(10);
  }
  const missing = { code: '42703', severity: 'ERROR' };
  const named = Object.assign(new Error('column "plan" does not exist'), missing);
  expect(describeError(named).message).toBe('column "plan" does not exist');
});

it("keeps an error's frames alone, whatever lines its message has", () => {
  const error = new DrizzleQueryError(
    'insert',
    ['Meet me\n    at the office, Grace'],
    new Error('x'),
  );
  const { stack = '' } = describeError(error);
  expect(stack).not.toContain('Grace');
  expect(stack).toContain('logger.test');
});

it('hides what the SDK of Temporal logs under its own field for errors', () => {
  const error = new DrizzleQueryError('insert', ['grace@example.com'], new Error('x'));
  const lines = logged('info', (logger) => {
    logger.warn({ error, attempt: 2 }, 'Activity failed');
  });
  expect(lines[0]).not.toContain('grace');
  expect(lines[0]).toContain('"attempt":2');
});
