import { DrizzleQueryError, sql } from 'drizzle-orm';
import { expect, it, test } from 'vitest';
import { openDatabase } from '../../../src/db/client.js';
import { databaseFailure, isPassing } from '../../../src/db/sqlstate.js';

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

it('a company that was deleted meanwhile is looked for again, and then found to be gone', () => {
  const constraint = 'contacts_account_id_company_id_companies_account_id_id_fk';
  expect(databaseFailure(failed({ code: '23503', constraint }))?.kind).toBe('try_again');
});

test.each([
  ['40001', 'try_again'],
  ['40P01', 'try_again'],
  ['57P01', 'unavailable'],
  ['53300', 'unavailable'],
  ['08006', 'unavailable'],
  ['55P03', 'try_again'],
  ['25006', 'unavailable'],
  ['25P03', 'unavailable'],
  ['57014', 'unavailable'],
  ['25P02', undefined],
  ['ECONNRESET', 'unavailable'],
  ['23503', undefined],
  ['22P02', undefined],
])('%s means %s', (code, kind) => {
  expect(databaseFailure(failed({ code }))?.kind).toBe(kind);
});

test.each([
  ...['08006', '28000', '3D000', '40001', '40P01', '53300', '57014', '57P01', '58030'],
  ...['25006', '55P03', 'ECONNRESET', 'EHOSTUNREACH'],
])('%s is of Postgres as a whole', (code) => {
  expect(isPassing(failed({ code }))).toBe(true);
});

test.each(['22003', '22P05', '23503', '23505', '23514', '42883', '54000', 'P0001', 'XX000', 'x'])(
  '%s is of what was asked',
  (code) => {
    expect(isPassing(failed({ code }))).toBe(false);
  },
);

it('a connection that broke is known by what the driver says, and a defect is none', () => {
  for (const message of [
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ]) {
    expect(isPassing(new DrizzleQueryError('rollback', [], new Error(message)))).toBe(true);
  }
  for (const other of [new TypeError('x'), new Error('an invariant'), null]) {
    expect(isPassing(other)).toBe(false);
  }
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
