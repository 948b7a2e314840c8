import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BulkRoundInput } from '../../src/contract/bulk.js';
import { logEntries } from '../../src/db/schema/index.js';
import {
  cancelBulkTwice,
  enrollItemsTwice,
  enrollItemsTwiceAtOnce,
} from '../support/fixtures/twice/index.js';
import { fixtureBundle } from '../support/bundles.js';
import { openStackBulk, type StackBulk } from '../support/stack-bulk.js';
import { startStack, type Stack } from '../support/stack.js';

const queue = `twice-${randomUUID()}`;

/** The runs of the batches never run here: the activities are called by a workflow that calls each twice. */
describe('an activity of a bulk enrollment that runs twice', () => {
  let stack: Stack;
  let bulk: StackBulk;
  let client: Client;
  beforeAll(async () => {
    const bundle = await fixtureBundle('twice');
    // Not the queue that the API starts runs on.
    stack = await startStack({ worker: { bundle, taskQueue: queue, sweepEverySeconds: 3_600 } });
    bulk = await openStackBulk(stack);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(async () => {
    await client.schedule.getHandle(`sweeper/${queue}`).delete();
    await stack.close();
  });

  function run<Result>(
    workflow: (input: BulkRoundInput) => Promise<Result>,
    bulkId: string,
  ): Promise<Result> {
    const input = { accountId: stack.accountId, bulkId, at: new Date().toISOString() };
    return client.workflow.execute<(input: BulkRoundInput) => Promise<Result>>(workflow.name, {
      workflowId: randomUUID(),
      taskQueue: queue,
      args: [input],
    });
  }

  async function logOf(bulkId: string): Promise<readonly string[]> {
    const rows = await stack.db
      .select({ type: logEntries.type })
      .from(logEntries)
      .where(eq(logEntries.subjectId, bulkId))
      .orderBy(asc(logEntries.number));
    return rows.map(({ type }) => type);
  }

  async function confirmed(count: number, fields: object = {}): Promise<string> {
    const id = await bulk.draft(await bulk.contacts(count), fields);
    await bulk.confirm(id);
    return id;
  }

  it('enrolls each contact once, one call after the other', async () => {
    const id = await confirmed(5);
    const [first, second] = await run(enrollItemsTwice, id);
    expect(first).toMatchObject({ state: 'finished', enrolled: 5, pending: 0 });
    expect(second).toEqual(first);
    expect(await bulk.enrolled(id)).toHaveLength(5);
    expect(await logOf(id)).toEqual(['created', 'confirmed', 'finished']);
  });

  it('enrolls each contact once, two calls at once, and no more than a round each', async () => {
    const id = await confirmed(110, { kind: 'import' });
    const both = await run(enrollItemsTwiceAtOnce, id);
    expect(both.map(({ state }) => state)).toEqual(['running', 'running']);
    const rows = await bulk.enrolled(id);
    expect(rows).toHaveLength(100);
    expect(new Set(rows.map(({ contactId }) => contactId)).size).toBe(100);
    expect(await bulk.show(id)).toMatchObject({ counts: { enrolled: 100, pending: 10 } });
  });

  it('cancels once, and what has ended stays as it is', async () => {
    const id = await confirmed(3);
    const [first, second] = await run(cancelBulkTwice, id);
    expect(first).toMatchObject({ state: 'cancelled', enrolled: 0, pending: 0 });
    expect(second).toEqual(first);
    expect(await logOf(id)).toEqual(['created', 'confirmed', 'cancelled']);
    const { endedAt } = await bulk.show(id);
    const [after] = await run(enrollItemsTwice, id);
    expect(after).toMatchObject({ state: 'cancelled', enrolled: 0 });
    expect(await bulk.show(id)).toMatchObject({ endedAt, counts: { cancelled: 3 } });
  });
});
