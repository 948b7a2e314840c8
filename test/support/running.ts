import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from './stack.js';

/** What `npm start` leaves for other programs, over a stack. */
export interface RunningStack {
  /** The environment in which those programs find it. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Has `npm run admin` find this stack as it finds a running `npm start`. */
export async function announce(stack: Stack): Promise<RunningStack> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-running-'));
  const { databaseUrl, apiUrl, catcher, workerSettings } = stack;
  const mail = { host: catcher.host, port: catcher.port };
  const running = { pid: process.pid, databaseUrl, apiUrl, mail };
  await writeFile(join(directory, 'running.json'), JSON.stringify(running));
  return {
    env: {
      CADENZA_DATA_DIRECTORY: directory,
      CADENZA_ENCRYPTION_KEY: workerSettings.encryptionKeys
        .map((key) => key.toString('base64'))
        .join(),
      DATABASE_URL: '',
      NO_COLOR: '1',
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
