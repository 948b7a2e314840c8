import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { patches } from '../../src/contract/patches.js';
import { eventually } from '../support/eventually.js';
import { writeHistory } from '../support/replay.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

/** Plays runs to which something happens, and writes their histories, to be replayed by every later release. */
describe('capturing histories of runs in trouble', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  async function enroll(): Promise<{ id: string; handle: WorkflowHandle }> {
    const steps = [callStep('call', 0), emailStep('after', 2)];
    const sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await stack.catchUp(id);
    return { id, handle: client.workflow.getHandle(`enrollment/${id}`) };
  }
  const stateIs = (handle: WorkflowHandle, wanted: string) =>
    eventually(
      () => handle.query(stateQuery),
      ({ state }) => state === wanted,
    );
  async function write(name: string, handle: WorkflowHandle): Promise<void> {
    await handle.result().catch(() => undefined);
    await writeHistory(name, handle);
  }

  it('paused until a time under a worker that begins no patch, then ended by one that does', async () => {
    const old = await stack.startWorker({ inactivePatches: Object.values(patches) });
    const { id, handle } = await enroll();
    await stateIs(handle, 'waiting_task');
    const until = new Date(Date.parse(stack.now()) + 86_400_000).toISOString();
    await handle.executeUpdate('pause', { args: [{ until }] });
    await stateIs(handle, 'paused');
    await old.stop();
    const present = await stack.startWorker();
    await stack.forward([id], 48);
    await handle.signal('versionChanged', {});
    await stateIs(handle, 'waiting_task');
    await handle.executeUpdate('unenroll', { args: [{}] });
    await write('paused-by-an-old-worker', handle);
    await present.stop();
  });

  it('failing for a while, unenrolled while it fails, reset, and told by the API', async () => {
    const worker = await stack.startWorker({ quickTries: 1 });
    await stack.db.execute(sql`
      create function refuse_to_write() returns trigger language plpgsql
      as $$ begin raise exception 'broken on purpose'; end $$`);
    await stack.db.execute(sql`
      create trigger broken before insert on tasks for each row execute function refuse_to_write()`);
    const isFailing = (handle: WorkflowHandle) =>
      eventually(
        () => handle.query(stateQuery),
        ({ failing }) => failing !== undefined,
      );
    const [mended, ended] = [await enroll(), await enroll()];
    await isFailing(mended.handle);
    await isFailing(ended.handle);
    await ended.handle.executeUpdate('unenroll', { args: [{}] });
    await write('unenrolled-while-failing', ended.handle);
    await stack.forward([mended.id], 1);
    await isFailing(mended.handle);
    await stack.db.execute(sql`drop trigger broken on tasks`);
    await stack.forward([mended.id], 1);
    await stateIs(mended.handle, 'waiting_task');
    await mended.handle.executeUpdate('skipStep', { args: [{}] });
    await stateIs(mended.handle, 'active');
    await stack.forward([mended.id], 49);
    await write('failed-for-a-while', mended.handle);

    const { id, handle } = await enroll();
    await stateIs(handle, 'waiting_task');
    await handle.executeUpdate('skipStep', { args: [{}] });
    await stateIs(handle, 'active');
    const { events } = await handle.fetchHistory();
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
    await client.workflowService.resetWorkflowExecution({
      namespace: stack.namespace,
      workflowExecution: { workflowId: handle.workflowId },
      reason: 'a capture',
      workflowTaskFinishEventId: first ?? null,
      requestId: randomUUID(),
    });
    for (const verb of ['pause', 'resume', 'unenroll']) {
      await stack.api.request('POST', `/v1/enrollments/${id}/${verb}`, {}, user.id);
    }
    await write('reset-and-told', handle);

    const { taskQueue } = stack;
    for (const type of ['sweeper', 'remind']) {
      const workflowId = `${type} of ${taskQueue}`;
      const args = [{ everySeconds: 1, forSeconds: 2 }];
      await write(type, await client.workflow.start(type, { taskQueue, workflowId, args }));
    }
    await worker.stop();
  });
});
