import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { startGuarded } from '../../../src/local/guarded-process.js';

const parentScript = fileURLToPath(new URL('../../support/fixtures/parent.ts', import.meta.url));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a program ends when its parent is killed', async () => {
  const parent = spawn(process.execPath, ['--import', 'tsx', parentScript], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const values: readonly unknown[] = await once(parent.stdout, 'data');
  const pid = Number(/pid (\d+)/.exec(String(values[0]))?.[1]);
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => {
    expect(isAlive(pid)).toBe(false);
  }, 5_000);
});

test('stop asks, and waits for an orderly end', async () => {
  const child = startGuarded({
    command: '/bin/sh',
    args: [
      '-c',
      'trap "echo ends in order; exit 0" TERM; echo ready; while :; do sleep 0.05; done',
    ],
    cwd: '/',
    stopSignal: 'TERM',
  });
  await vi.waitFor(() => {
    expect(child.lastLines()).toBe('ready');
  });
  await child.stop();
  expect(child.lastLines()).toBe('ready\nends in order');
  expect(child.hasEnded()).toBe(true);
});

test('a program that is not there ends at once and says so', async () => {
  const child = startGuarded({
    command: '/nowhere/at-all',
    args: [],
    cwd: '/',
    stopSignal: 'TERM',
  });
  await child.ended;
  expect(child.lastLines()).toContain('not found');
});
