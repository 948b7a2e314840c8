import { EventEmitter, once } from 'node:events';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockEnrollment } from '../../../src/db/queries/enrollments/read.js';
import { findSequence, lockSequence } from '../../../src/db/queries/sequences.js';
import { enrollments, sequences, sequenceVersions } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { createWorld } from '../../support/world.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const somebodyWaits = () =>
  eventually(
    async () => {
      const { rows } = await api.db.execute(
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    },
    (waiting) => waiting === 1,
  );

it('whoever enrolls while a sequence is edited waits, and gets the new version', async () => {
  const { accountId, sequenceId } = await createWorld(api);
  const before = await findSequence(api.db, accountId, sequenceId);
  if (before === undefined) throw new Error('the sequence is gone');
  const version = before.version + 1;
  const gate = new EventEmitter();
  const saved = once(gate, 'save');
  const edit = api.db.transaction(async (tx) => {
    await lockSequence(tx, accountId, sequenceId, 'edit');
    const { definition, ownerId: createdBy, createdAt } = before;
    const row = { accountId, sequenceId, version, definition, createdBy, createdAt };
    await tx.insert(sequenceVersions).values(row);
    await tx.update(sequences).set({ currentVersion: version }).where(eq(sequences.id, sequenceId));
    await saved;
  });
  const enrolling = api.db.transaction((tx) => lockSequence(tx, accountId, sequenceId, 'enroll'));
  await somebodyWaits();
  gate.emit('save');
  await edit;
  expect(await enrolling).toMatchObject({ id: sequenceId, version });
});

it('EDT-10: whoever locks an enrollment while it is moved to another version waits, and finds it there', async () => {
  const { accountId, sequenceId, enrollmentId } = await createWorld(api);
  const before = await findSequence(api.db, accountId, sequenceId);
  if (before === undefined) throw new Error('the sequence is gone');
  const { definition, ownerId: createdBy, createdAt } = before;
  const version = before.version + 1;
  const gate = new EventEmitter();
  const saved = once(gate, 'save');
  const moved = once(gate, 'moved');
  const move = api.db.transaction(async (tx) => {
    await tx
      .insert(sequenceVersions)
      .values({ accountId, sequenceId, version, definition, createdBy, createdAt });
    await tx
      .update(enrollments)
      .set({ sequenceVersion: version })
      .where(eq(enrollments.id, enrollmentId));
    gate.emit('moved');
    await saved;
  });
  await moved;
  const locking = api.db.transaction((tx) => lockEnrollment(tx, accountId, enrollmentId));
  await somebodyWaits();
  gate.emit('save');
  await move;
  expect((await locking)?.row).toMatchObject({ id: enrollmentId, sequenceVersion: version });
});
