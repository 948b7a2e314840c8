import { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { outbox } from '../../src/db/schema/index.js';
import { eventually } from '../support/eventually.js';
import { exampleCodec } from '../support/example-codec.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';

const failure = Object.assign(new RangeError('codeccanary of bob@example.com'), {
  code: 'KEY_GONE',
});

let mode: 'good' | 'hangs' | 'throws';
let stack: Stack;
let userId: string;
let sequenceId: string;

/** The example's codec, while it is not told to hang or to throw. */
async function changeable(): Promise<PayloadCodec> {
  const good = await exampleCodec();
  const unlessTold = (way: 'encode' | 'decode'): PayloadCodec['encode'] => {
    return (payloads) => {
      if (mode === 'throws') return Promise.reject(failure);
      return mode === 'hangs' ? new Promise(() => undefined) : good[way](payloads);
    };
  };
  return { encode: unlessTold('encode'), decode: unlessTold('decode') };
}

beforeAll(async () => {
  mode = 'good';
  stack = await startStack({ payloadCodec: await changeable(), payloadCodecMs: 300 });
  ({ id: userId } = await stack.api.user(stack.catcher.port));
  const steps = [emailStep('mail', 0), callStep('call', 0)];
  sequenceId = await stack.api.sequence(userId, { name: 'Codec', steps, settings: anyTime });
});
afterAll(() => stack.close());
beforeEach(() => {
  mode = 'good';
});

async function enroll() {
  const contact = { id: await stack.api.contact() };
  const { status, body } = await stack.api.request(
    'POST',
    '/v1/enrollments',
    { sequenceId, contact },
    userId,
  );
  return { status, id: String(body['id']) };
}

const sent = (id: string) =>
  eventually(
    () => readRecord(stack.db, id),
    ({ sends }) => sends.get('mail')?.state === 'sent',
    30_000,
  );

it('a codec that hangs is as a Temporal that is down: calls are taken, and runs go on once it answers', async () => {
  const before = (await enroll()).id;
  await sent(before);
  mode = 'hangs';
  const answers = await Promise.all(Array.from({ length: 4 }, enroll));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  const path = `/v1/enrollments/${before}/restart-run`;
  expect((await stack.api.request('POST', path, {}, userId)).status).toBe(202);
  expect((await stack.api.request('GET', '/v1/contacts')).status).toBe(200);
  mode = 'good';
  await stack.db.update(outbox).set({ nextTryAt: sql`now()` });
  await Promise.all(answers.map(({ id }) => sent(id)));
});

it('a codec that fails tells Temporal nothing of why, and its runs go on', async () => {
  const { id, status } = await enroll();
  expect(status).toBe(201);
  const { connection, namespace } = stack;
  await eventually(
    () => readRecord(stack.db, id),
    ({ row }) => row.state === 'waiting_task',
  );
  // What the run still has to say of its steps is said before the codec fails.
  await eventually(
    () =>
      connection.workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId: `enrollment/${id}` },
      }),
    ({ pendingActivities, pendingWorkflowTask }) =>
      pendingActivities.length === 0 && !pendingWorkflowTask,
  );
  mode = 'throws';
  // Told by somebody without a codec, as by the Temporal UI.
  const run = new Client({ connection, namespace }).workflow.getHandle(`enrollment/${id}`);
  await run.signal('reply', {});
  const failures = async () =>
    ((await run.fetchHistory()).events ?? []).flatMap(
      ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure ?? [],
    );
  const [told] = await eventually(failures, (found) => found.length > 0);
  expect(told?.message).toMatch(/^The payload codec cannot decode \(RangeError KEY_GONE\)/);
  expect(JSON.stringify(told)).not.toContain('canary');
  mode = 'good';
  await eventually(
    () => readRecord(stack.db, id),
    ({ log }) => lines(log).some((line) => line.startsWith('unenrolled')),
  );
});
