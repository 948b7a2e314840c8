import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '../../../src/local/postgres.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-local-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function serverPid(): Promise<number> {
  const file = await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

test('data outlives an orderly stop and a SIGKILL', async () => {
  const first = await startPostgres({ directory, persistent: true });
  await first.createDatabase('shop');
  await query(first.url('shop'), 'create table note (text text)');
  await query(first.url('shop'), "insert into note values ('Zoë')");
  await first.stop();

  const second = await startPostgres({ directory, persistent: true });
  await query(second.url('shop'), "insert into note values ('before the crash')");
  process.kill(await serverPid(), 'SIGKILL');
  expect((await second.crashed).message).toContain('ended by itself');

  const third = await startPostgres({ directory, persistent: true });
  expect(await query(third.url('shop'), 'select text from note')).toEqual([
    { text: 'Zoë' },
    { text: 'before the crash' },
  ]);
  expect(await query(third.url('shop'), 'show server_encoding')).toEqual([
    { server_encoding: 'UTF8' },
  ]);
  await third.stop();
});

test('a directory that another server uses is refused, and a temporary one is gone afterwards', async () => {
  const server = await startPostgres({ directory, persistent: false, durable: false });
  await expect(startPostgres({ directory, persistent: true })).rejects.toThrow('Another Postgres');
  await server.stop();
  await expect(readFile(join(directory, 'password'))).rejects.toThrow('ENOENT');
});

test('a copy of a template has its tables, and a dropped database is gone', async () => {
  const server = await startPostgres({ directory, persistent: false, durable: false });
  await server.createDatabase('original');
  await query(server.url('original'), 'create table note (text text)');
  await server.createDatabase('copy', 'original');
  expect(await query(server.url('copy'), 'select * from note')).toEqual([]);
  await server.dropDatabase('copy');
  await expect(query(server.url('copy'), 'select 1')).rejects.toThrow('does not exist');
  await server.stop();
});
