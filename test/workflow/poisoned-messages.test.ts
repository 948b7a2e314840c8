import { Client, type WorkflowHandle } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { eventually } from '../support/eventually.js';
import { readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const huge = 'x'.repeat(1_000_000);
/** What a text from outside may hold that no id has; a unit test has more of it. */
const badIds = [
  ['a NUL', 'a\u0000b'],
  ['1 MB', huge],
] as const;
const updates = ['pause', 'resume', 'unenroll', 'completeTask', 'skipStep'];

describe('a message that nobody can take', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  let sequenceId: string;
  beforeAll(async () => {
    stack = await startStack({ worker: { quickTries: 2 } });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
    const steps = [emailStep('one', 0), emailStep('two', 3)];
    sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
  });
  afterAll(() => stack.close());

  async function enroll(): Promise<{ id: string; handle: WorkflowHandle }> {
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => currentStep?.id === 'two',
    );
    return { id, handle: client.workflow.getHandle(`enrollment/${id}`) };
  }
  const update = (handle: WorkflowHandle, name: string, argument: unknown) =>
    handle.executeUpdate<unknown, [unknown]>(name, { args: [argument] });
  const unenrolls = async ({ id, handle }: Awaited<ReturnType<typeof enroll>>, reason: string) => {
    expect(await handle.result()).toEqual({ state: 'unenrolled', reason });
    expect((await readRecord(stack.db, id)).row).toMatchObject({ state: 'unenrolled', reason });
  };

  it.each(badIds)(
    'an id with %s: an update is refused, and no event is left behind',
    async (_n, id) => {
      const enrolled = await enroll();
      const { handle } = enrolled;
      const length = async () => (await handle.describe()).historyLength;
      await eventually(
        () => handle.query(stateQuery),
        ({ step }) => step?.id === 'two',
      );
      const before = await length();
      for (const name of updates) {
        for (const argument of [{ messageId: id }, { taskId: id }, 'now']) {
          await expect(update(handle, name, argument)).rejects.toMatchObject({
            cause: { type: 'INVALID_STATE' },
          });
        }
      }
      expect(await length()).toBe(before);
      await update(handle, 'unenroll', {});
      await unenrolls(enrolled, 'manual');
    },
  );

  it.each(badIds)(
    'an id with %s: a signal counts all the same, under an id of its own',
    async (_n, id) => {
      const enrolled = await enroll();
      await enrolled.handle.signal('outOfOffice', { messageId: id });
      await eventually(
        () => readRecord(stack.db, enrolled.id),
        ({ row }) => row.state === 'paused',
      );
      await enrolled.handle.signal('outOfOffice', { returnAt: id });
      await enrolled.handle.signal('versionChanged', { taskId: id });
      await enrolled.handle.signal('reply', { messageId: id });
      await unenrolls(enrolled, 'replied');
    },
  );

  it('a text instead of an object: a signal counts all the same', async () => {
    const enrolled = await enroll();
    await enrolled.handle.signal('meeting', 'now');
    await unenrolls(enrolled, 'meeting_logged');
  });

  it('that Postgres refuses every time is given up, in sight, and holds up neither words nor steps', async () => {
    const { id, handle } = await enroll();
    await stack.db.execute(sql`
      create function refuse_pauses() returns trigger language plpgsql as $$ begin
        if new.type = 'paused' then raise exception 'broken on purpose'; end if; return new;
      end $$`);
    await stack.db.execute(sql`
      create trigger broken before insert on log for each row execute function refuse_pauses()`);
    try {
      await update(handle, 'pause', {});
      await update(handle, 'skipStep', {});
      await eventually(
        () => readRecord(stack.db, id),
        ({ row }) => row.state === 'finished',
      );
      expect(await handle.result()).toEqual({ state: 'finished', reason: 'all_steps' });
      const { currentDetails } = await handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      expect(currentDetails).toContain('The message `pause` was given up (P0001)');
    } finally {
      await stack.db.execute(sql`drop trigger broken on log`);
    }
  });

  it('refuses events whose id no column can hold, and takes what stands beside them', async () => {
    const { id } = await enroll();
    for (const bad of ['a\u0000b', 'a\ud800b', 'x'.repeat(201)]) {
      const event = { id: bad, type: 'reply', enrollmentId: id };
      expect(await stack.api.request('POST', '/v1/events', event)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/id' }] },
      });
    }
    expect((await readRecord(stack.db, id)).row.state).toBe('active');
  });
});
