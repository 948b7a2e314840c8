import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { freePort } from '../../src/local/free-port.js';
import { createTestDatabase } from '../support/database.js';
import { root } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { runShell } from '../support/shell.js';

let directory: string;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let started: ChildProcess;
let env: Readonly<Record<string, string>>;
let told = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-start-'));
  database = await createTestDatabase();
  env = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: inject('temporalNamespace'),
    CADENZA_DATA_DIRECTORY: directory,
    CADENZA_HTTP_PORT: String(await freePort()),
    NO_COLOR: '1',
  };
  started = spawn(process.execPath, ['--import', 'tsx', 'src/bin/up.ts'], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  for (const stream of [started.stdout, started.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
  }
});
afterAll(async () => {
  if (started.exitCode === null) started.kill('SIGKILL');
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

const untilTold = (text: string) =>
  eventually(
    () => Promise.resolve(told),
    (all) => all.includes(text) || started.exitCode !== null,
    60_000,
  );

it('npm start runs, makes a trial account, lets create-account find it, has people answer, and stops on SIGTERM', async () => {
  expect(await untilTold('A trial account is ready')).toContain('A trial account is ready');
  expect(told).toContain(`${relative(root, directory)}/cadenza.log`);
  const line = 'npm run -s admin -- create-account --name Mine --admin-email me@mine.example';
  const made = await runShell(line, { cwd: root, env });
  expect([made.status, made.err]).toEqual([0, '']);
  const shown = made.out.split('\n\n').filter((part) => part.startsWith('  '));
  const done = await runShell(`set -e\n${shown.join('\n')}`, { cwd: directory });
  expect(done.status, done.err).toBe(0);
  const answer = 'from ada+reply@example.com: reply';
  expect(await untilTold(answer)).toContain(answer);
  // Nothing else is told: no line of a log.
  expect(told).not.toMatch(/"level"|warn|error/);
  started.kill('SIGTERM');
  await once(started, 'exit');
  expect(started.exitCode).toBe(0);
});
