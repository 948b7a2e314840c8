import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../support/fixtures/uncaught.ts', import.meta.url));

it.each(['thrown', 'rejected'])(
  'an error that nobody catches, %s, is logged with what it was, and the program ends in order',
  (how) => {
    const command = ['--import', 'tsx', script, how];
    const { status, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    expect(JSON.parse(lines.find((line) => line.startsWith('{')) ?? 'null')).toMatchObject({
      level: 'fatal',
      err: { type: 'Error', message: 'out of the blue', code: '57P01' },
    });
    expect(lines).toContain('ended in order');
    expect(status).toBe(1);
  },
);
