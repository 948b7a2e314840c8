import { randomUUID } from 'node:crypto';
import { eq, sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tx } from '../../../src/db/client.js';
import { activePeople, databaseFailure } from '../../../src/db/sqlstate.js';
import { contacts, enrollments, users } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { countBlocked, untilBlocked } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { readRecord } from '../../support/records.js';
import { anyTime, callStep } from '../../support/sequences.js';
import { createStepRunner } from '../../support/steps.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
let api: TestApi;
let cast: Cast;
let sequenceId: string;
let leaver: TestUser;
beforeAll(async () => {
  api = await startApi({ now: () => monday });
  cast = await createCast(api);
  const plan = { name: 'S', steps: [callStep('call', 0)], settings: anyTime };
  const sharing = { everyone: 'use' };
  const sequence = await made(cast.admin.request('POST', '/v1/sequences', { ...plan, sharing }));
  sequenceId = sequence.id;
  // Whoever makes an enrollment or changes its assignee waits at the commit, as long as a test holds the other lock.
  await api.db.execute(sql`create function wait_to_commit() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock_shared(1); return null; end $$`);
  await api.db.execute(sql`create constraint trigger wait_to_commit
    after insert or update of task_assignee_id on enrollments deferrable initially deferred
    for each row execute function wait_to_commit()`);
});
afterAll(() => api.close());
beforeEach(async () => {
  leaver = await cast.user();
});

const commits = sql`select pg_advisory_xact_lock(1)`;
const rowOf = (table: typeof contacts | typeof enrollments, id: string): SQL =>
  sql`select 1 from ${table} where id = ${id} for update`;

/** Holds a lock while `first` is begun and comes to it, and until `second` is done or waits for `first`. */
async function meanwhile(
  lock: SQL,
  first: () => Promise<ApiAnswer>,
  second: () => Promise<ApiAnswer>,
): Promise<readonly [ApiAnswer, ApiAnswer]> {
  const [one, other] = await api.db.transaction(async (tx: Tx) => {
    await tx.execute(lock);
    const begun = first();
    await untilBlocked(api.db);
    let isDone = false;
    const beside = second().finally(() => (isDone = true));
    await eventually(
      async () => isDone || (await countBlocked(api.db)) > 1,
      (reached) => reached,
    );
    return [{ answer: begun }, { answer: beside }] as const;
  });
  return [await one.answer, await other.answer];
}

async function contact(): Promise<string> {
  const email = `${randomUUID()}@contact.example`;
  return (await made(cast.request('POST', '/v1/contacts', { email }))).id;
}

const enroll = (contactId: string, by: TestUser, people: object = {}) =>
  by.request('POST', '/v1/enrollments', { sequenceId, contact: { id: contactId }, ...people });
const deactivate = (user: TestUser, body: object = {}) =>
  cast.admin.request('POST', `/v1/users/${user.id}/deactivate`, body);

/** The assignee of an enrollment and of its open tasks. */
async function workedBy(id: string): Promise<readonly string[]> {
  const { row, tasks } = await readRecord(api.db, id);
  expect(row.endedAt).toBeNull();
  const open = tasks.filter(({ state }) => state === 'open');
  return [row.taskAssigneeId, ...open.map(({ assigneeId }) => assigneeId)];
}

describe('enrolling beside a deactivation', () => {
  it.each(['taskAssignee', 'sender'])(
    'ERR-07: a %s who is deactivated before the end is refused',
    async (field) => {
      const contactId = await contact();
      const [enrolled, deactivated] = await meanwhile(
        rowOf(contacts, contactId),
        () => enroll(contactId, cast.owner, { [field]: { id: leaver.id } }),
        () => deactivate(leaver),
      );
      expect(deactivated.status).toBe(200);
      expect(enrolled).toMatchObject({ status: 422, code: 'USER_DEACTIVATED' });
      expect(enrolled.body['detail']).toContain(`/${field} of the body`);
    },
  );

  it('ERR-07: so is one who enrolls', async () => {
    const contactId = await contact();
    const [enrolled, deactivated] = await meanwhile(
      rowOf(contacts, contactId),
      () => enroll(contactId, leaver),
      () => deactivate(leaver),
    );
    expect(deactivated.status).toBe(200);
    expect(enrolled).toMatchObject({ status: 422, code: 'USER_DEACTIVATED' });
    const none = await api.db
      .select()
      .from(enrollments)
      .where(eq(enrollments.contactId, contactId));
    expect(none).toEqual([]);
  });

  it('2.2: an enrollment that is committed first is found: its tasks move on, or it ends', async () => {
    const [helped, own] = [await contact(), await contact()];
    const [first, moved] = await meanwhile(
      commits,
      () => enroll(helped, cast.owner, { taskAssignee: { id: leaver.id } }),
      () => deactivate(leaver),
    );
    expect([first.status, moved.status]).toEqual([201, 200]);
    expect(await workedBy(first.id)).toEqual([cast.owner.id]);

    const other = await cast.user();
    const [second, ended] = await meanwhile(
      commits,
      () => enroll(own, other),
      () => deactivate(other),
    );
    expect(second.status).toBe(201);
    expect(ended.body).toMatchObject({ enrollmentsEnded: 1 });
    expect((await readRecord(api.db, second.id)).row).toMatchObject({ reason: 'user_removed' });
  });
});

describe('a live enrollment of one who is deactivated', () => {
  const give = (id: string, taskAssigneeId: string) =>
    api.db.update(enrollments).set({ taskAssigneeId }).where(eq(enrollments.id, id));
  let mine: string;
  beforeEach(async () => {
    mine = (await made(enroll(await contact(), cast.owner))).id;
    await made(deactivate(leaver));
  });

  it('ERR-07: cannot be made by any statement; one that has ended is history', async () => {
    const refused: unknown = await give(mine, leaver.id).catch((error: unknown) => error);
    expect(databaseFailure(refused)).toEqual({ kind: 'try_again', constraint: activePeople });
    await made(cast.owner.request('POST', `/v1/enrollments/${mine}/unenroll`));
    await give(mine, leaver.id);
  });

  it('2.2: is moved on by deactivating them again, where an earlier release left one', async () => {
    await api.db.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx
        .update(enrollments)
        .set({ taskAssigneeId: leaver.id })
        .where(eq(enrollments.id, mine));
    });
    await made(deactivate(leaver));
    expect(await workedBy(mine)).toEqual([cast.owner.id]);
  });
});

describe('handing tasks over to one who is deactivated beside it', () => {
  let successor: TestUser;
  let enrollmentId: string;
  beforeEach(async () => {
    successor = await cast.user();
    const people = { taskAssignee: { id: leaver.id } };
    enrollmentId = (await made(enroll(await contact(), cast.owner, people))).id;
    const step = { enrollmentId, stepId: 'call', at: monday };
    await createStepRunner(api).awaitTask({ accountId: cast.accountId, ...step });
  });
  const handOver = () => deactivate(leaver, { reassignTasksTo: { id: successor.id } });

  it('2.2: is refused when they were deactivated before', async () => {
    const [handed, gone] = await meanwhile(rowOf(enrollments, enrollmentId), handOver, () =>
      deactivate(successor),
    );
    expect(gone.status).toBe(200);
    expect(handed).toMatchObject({ status: 422, code: 'USER_DEACTIVATED' });
    expect(await workedBy(enrollmentId)).toEqual([leaver.id, leaver.id]);
  });

  it('2.2: moves them on when they are deactivated after', async () => {
    const [handed, gone] = await meanwhile(commits, handOver, () => deactivate(successor));
    expect(handed.body).toMatchObject({ tasksReassigned: 1 });
    expect(gone.body).toMatchObject({ tasksReassigned: 1 });
    expect(await workedBy(enrollmentId)).toEqual([cast.owner.id, cast.owner.id]);
  });

  it('2.2: two who name each other: one stays, and has the tasks', async () => {
    const backwards = () => deactivate(successor, { reassignTasksTo: { id: leaver.id } });
    const answers = await meanwhile(commits, handOver, backwards);
    expect(answers.map(({ status }) => status)).toEqual([200, 422]);
    expect(await workedBy(enrollmentId)).toEqual([successor.id, successor.id]);
  });
});

it('deactivating twice at once is logged once', async () => {
  const row = sql`select 1 from ${users} where id = ${leaver.id} for update`;
  const answers = await meanwhile(
    row,
    () => deactivate(leaver),
    () => deactivate(leaver),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const { rows } = await api.db.execute(
    sql`select type from log where subject_id = ${leaver.id} and type = 'deactivated'`,
  );
  expect(rows).toHaveLength(1);
});
