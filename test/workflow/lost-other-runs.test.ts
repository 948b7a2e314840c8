import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGateway } from '../../src/assembly/open-gateway.js';
import { leaveWord } from '../../src/db/queries/outbox.js';
import { installation, outbox } from '../../src/db/schema/index.js';
import { eventually } from '../support/eventually.js';
import { loseRun, losses } from '../support/lose-run.js';
import { lines, readRecord, readRecords } from '../support/records.js';
import { anyTime, callStep, emailStep, manualStep } from '../support/sequences.js';
import { openStackBulk } from '../support/stack-bulk.js';
import { startStack, type Stack } from '../support/stack.js';

const limitMs = 45_000;

describe('batches whose runs are lost before a worker took them up', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
  });
  afterAll(() => stack.close());

  it(
    'are run once they are late, in whatever way the run was lost',
    async () => {
      const bulk = await openStackBulk(stack);
      const sequenceId = await bulk.sequence([callStep('call', 0, false)]);
      const ids: string[] = [];
      for (const loss of losses.filter((each) => each !== 'reset')) {
        const id = await bulk.draft(await bulk.contacts(3), { kind: 'import', sequenceId });
        await bulk.confirm(id);
        await loseRun(stack, `bulk/${id}`, loss);
        ids.push(id);
      }
      await stack.db.execute(
        sql`update bulk_enrollments set confirmed_at = now() - interval '16 minutes'`,
      );
      await stack.startWorker();
      for (const id of ids) {
        expect((await bulk.ends(id, limitMs)).counts).toMatchObject({ enrolled: 3, refused: 0 });
        expect(await bulk.enrolled(id)).toHaveLength(3);
        expect(await bulk.run(id).result()).toMatchObject({ state: 'finished' });
      }
    },
    2 * limitMs,
  );
});

describe('the email of a task whose run is lost', () => {
  let stack: Stack;
  /** Whether the mail server refuses mails for now. */
  let isBusy = false;
  beforeAll(async () => {
    stack = await startStack({
      mail: {
        respond: (stage) =>
          Promise.resolve(stage === 'rcpt' && isBusy ? { code: 451, text: 'later' } : undefined),
      },
    });
  });
  afterAll(() => stack.close());

  it.each(losses)('TSK-18: is sent once, when it is late: %s', async (loss) => {
    const user = await stack.api.user(stack.catcher.port);
    const body = { name: 'By hand', steps: [manualStep('one', 0)], settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    const [task] = await eventually(
      () => stack.api.tasks(`enrollmentId=${id}`),
      (tasks) => tasks.length === 1,
    );
    const taskId = task?.id ?? '';
    isBusy = true;
    await stack.api.request('POST', `/v1/tasks/${taskId}/send`, {}, user.id);
    await eventually(
      async () => (await stack.api.tasks(`enrollmentId=${id}`))[0]?.email?.state,
      (state) => state === 'deferred',
    );
    isBusy = false;
    const before = stack.catcher.messages().length;
    await loseRun(stack, `task-email/${taskId}/1`, loss);
    await stack.db.execute(sql`update task_emails
      set next_at = now() - interval '16 minutes' where task_id = ${taskId}`);
    const { log } = await eventually(
      () => readRecord(stack.db, id),
      ({ row }) => row.state === 'finished',
    );
    expect(lines(log)).toContain('email_sent one');
    expect(stack.catcher.messages()).toHaveLength(before + 1);
  });
});

describe('two installations in one namespace', () => {
  let own: Stack;
  let other: Stack;
  let client: Client;
  beforeAll(async () => {
    own = await startStack();
    other = await startStack({ worker: false });
    // Databases of tests are copies of one; an installation of its own has its own id.
    await other.db.update(installation).set({ id: randomUUID() });
    client = new Client({ connection: own.connection, namespace: own.namespace });
  });
  afterAll(async () => {
    await other.close();
    await own.close();
  });

  it(
    'leave the runs of each other alone, though their workers take work from one queue',
    async () => {
      const user = await own.api.user(own.catcher.port);
      const steps = [emailStep('one', 0), callStep('call', 0, false), emailStep('two', 0)];
      const sequenceId = await own.api.sequence(user.id, { name: 'Own', steps, settings: anyTime });
      const foreign = await other.startWorker({
        taskQueue: own.taskQueue,
        sweepEverySeconds: 3_600,
      });
      const ids: string[] = [];
      for (let count = 0; count < 6; count += 1) {
        const contact = { id: await own.api.contact() };
        ids.push((await own.api.enroll(user.id, { sequenceId, contact })).id);
      }
      const records = await eventually(
        () => readRecords(own.db, ids),
        (all) => all.every(({ row }) => row.state === 'finished'),
        // One that the other's worker takes again and again is put off by a minute.
        2 * limitMs,
      );
      for (const { sends } of records) expect([...sends.keys()].sort()).toEqual(['one', 'two']);
      for (const id of ids) {
        const run = client.workflow.getHandle(`enrollment/${id}`);
        expect(await run.result()).toEqual({ state: 'finished', reason: 'all_steps' });
      }
      expect(own.catcher.messages()).toHaveLength(12);
      await foreign.stop();
    },
    3 * limitMs,
  );

  it('notice that a run which is to be started is the other one’s', async () => {
    const user = await own.api.user(own.catcher.port);
    const steps = [callStep('call', 0)];
    const sequenceId = await own.api.sequence(user.id, { name: 'Own', steps, settings: anyTime });
    const contact = { id: await own.api.contact() };
    const { id } = await own.api.enroll(user.id, { sequenceId, contact });
    const target = { kind: 'enrollment', accountId: own.accountId, id } as const;
    const gateway = () =>
      openGateway(
        {
          ...{ taskQueue: own.taskQueue, uiUrl: 'http://temporal.example' },
          ...{ searchAttributesEachStep: true, logger: pino({ level: 'silent' }) },
        },
        own.db,
        { client, namespace: own.namespace },
      );
    const [kept] = await own.db.select().from(installation);
    await own.db.update(installation).set({ id: randomUUID() });
    const stranger = gateway();
    await own.db.transaction((tx) => leaveWord(tx, [{ ...target, message: null }]));
    expect(await stranger.deliver(target)).toBe('pending');
    const [word] = await own.db.select().from(outbox).where(eq(outbox.targetId, id));
    expect(word).toMatchObject({ tries: 1, lastError: 'ForeignRunError' });
    await expect(stranger.lookUp(target)).rejects.toThrow(/another installation/);
    await own.db.update(installation).set({ id: kept?.id ?? '' });
    expect(await gateway().deliver(target)).toBe('delivered');
  });
});
