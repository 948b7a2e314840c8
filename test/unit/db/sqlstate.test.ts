import { DrizzleQueryError, sql } from 'drizzle-orm';
import { expect, it, test } from 'vitest';
import { openDatabase } from '../../../src/db/client.js';
import { databaseFailure } from '../../../src/db/sqlstate.js';

const failed = (fields: object): Error =>
  new DrizzleQueryError('select', [], Object.assign(new Error('x'), fields));

it('a unique violation names the field that callers know', () => {
  expect(databaseFailure(failed({ code: '23505', constraint: 'contacts_email' }))).toEqual({
    kind: 'conflict',
    constraint: 'contacts_email',
    field: 'email',
  });
  expect(databaseFailure(failed({ code: '23505', constraint: 'other' }))).toMatchObject({
    field: undefined,
  });
});

test.each([
  ['40001', 'try_again'],
  ['40P01', 'try_again'],
  ['57P01', 'unavailable'],
  ['53300', 'unavailable'],
  ['08006', 'unavailable'],
  ['ECONNRESET', 'unavailable'],
  ['23503', undefined],
  ['22P02', undefined],
])('%s means %s', (code, kind) => {
  expect(databaseFailure(failed({ code }))?.kind).toBe(kind);
});

it('a server that is not there is unavailable, and anything else is nothing of the database', async () => {
  const database = openDatabase({
    url: 'postgres://x:x@localhost:1/x',
    maxConnections: 1,
    onConnectionError: () => undefined,
  });
  const error: unknown = await database.db
    .execute(sql`select 1`)
    .catch((thrown: unknown) => thrown);
  expect(databaseFailure(error)?.kind).toBe('unavailable');
  await database.close();
  const closed: unknown = await database.db
    .execute(sql`select 1`)
    .catch((thrown: unknown) => thrown);
  expect(databaseFailure(closed)?.kind).toBe('unavailable');
  for (const other of [new TypeError('x'), 'text', null, undefined]) {
    expect(databaseFailure(other)).toBeUndefined();
  }
});
