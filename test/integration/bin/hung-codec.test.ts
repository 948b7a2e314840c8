import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGuarded } from '../../../src/local/guarded-process.js';
import { eventually } from '../../support/eventually.js';

const tsx = import.meta.resolve('tsx');
const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-hung-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function written(name: string, source: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, source);
  return file;
}

it.each([
  ['module', 'await new Promise(() => {}); export const payloadCodec = {};'],
  ['maker', 'export const payloadCodec = () => new Promise(() => {});'],
])('a %s of a codec that never answers ends the program, which says so', async (name, source) => {
  const file = await written(`${name}.mjs`, source);
  const script = pathOf('support/fixtures/hung-codec.ts');
  const { status, stderr } = spawnSync(process.execPath, ['--import', tsx, script, file, '200'], {
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  expect(stderr.trim()).toBe(`The payload codec ${file} did not answer within 0.2 s`);
  expect(status).toBe(1);
});

it.each(['api', 'worker'])(
  '%s stops when it is told to while it waits for a codec',
  async (program) => {
    const file = await written(
      `waited-for-by-${program}.mjs`,
      'export const payloadCodec = () => { console.log("asked"); return new Promise(() => {}); };',
    );
    const child = startGuarded({
      command: process.execPath,
      args: ['--import', tsx, pathOf(`../src/bin/${program}.ts`)],
      cwd: directory,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
        CADENZA_PAYLOAD_CODEC: file,
        CADENZA_MESSAGE_ID_SECRET: 'x'.repeat(32),
        CADENZA_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      },
      stopSignal: 'TERM',
    });
    await eventually(
      () => child.lastLines(),
      (text) => text.includes('asked'),
    );
    const told = performance.now();
    await child.stop();
    expect(await child.ended).toBe(0);
    // The codec itself would be waited for ten seconds.
    expect(performance.now() - told).toBeLessThan(8_000);
    expect(child.lastLines().trim()).toBe('asked');
  },
);
