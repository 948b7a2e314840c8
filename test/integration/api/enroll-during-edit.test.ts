import { EventEmitter, once } from 'node:events';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findSequence, lockSequence } from '../../../src/db/queries/sequences.js';
import { sequences, sequenceVersions } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { createWorld } from '../../support/world.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

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
  await eventually(
    async () => {
      const { rows } = await api.db.execute(
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    },
    (waiting) => waiting === 1,
  );
  gate.emit('save');
  await edit;
  expect(await enrolling).toMatchObject({ id: sequenceId, version });
});
