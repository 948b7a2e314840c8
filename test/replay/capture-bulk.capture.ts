import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { writeHistory } from '../support/replay.js';
import { openStackBulk, type StackBulk } from '../support/stack-bulk.js';
import { startStack, type Stack } from '../support/stack.js';

/** Plays bulk enrollments of every shape and writes their histories, to be replayed by every later release. */
describe('capturing histories of bulk enrollments', () => {
  let stack: Stack;
  let bulk: StackBulk;
  beforeAll(async () => {
    stack = await startStack();
    bulk = await openStackBulk(stack);
  });
  afterAll(() => stack.close());

  async function confirmed(count: number): Promise<string> {
    const id = await bulk.draft(await bulk.contacts(count), { kind: 'import' });
    await bulk.confirm(id);
    return id;
  }

  const someAreEnrolled = (id: string) =>
    eventually(
      () => bulk.show(id),
      ({ counts }) => counts.enrolled >= 10,
    );

  async function write(name: string, handle: WorkflowHandle): Promise<void> {
    await handle.result().catch(() => undefined);
    await writeHistory(name, handle);
  }

  it('finished, after several rounds', async () => {
    const id = await confirmed(110);
    await bulk.ends(id, 240_000);
    await write('bulk-finished', bulk.run(id));
  });

  it('cancelled by the API, and from the Temporal UI', async () => {
    const told = await confirmed(110);
    await someAreEnrolled(told);
    await bulk.post(`/${told}/cancel`);
    await write('bulk-cancelled', bulk.run(told));

    const stopped = await confirmed(110);
    await someAreEnrolled(stopped);
    await bulk.run(stopped).cancel();
    await write('bulk-cancelled-from-the-ui', bulk.run(stopped));
  });
});
