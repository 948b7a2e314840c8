import { z } from 'zod';
import { dataDirectory, forget, keep, readKept } from './data-directory.js';

const fileName = 'running.json';
const runningSchema = z.object({ pid: z.int(), databaseUrl: z.string().optional() });

/** Takes the data directory for this process. Rejects when another process has it. */
export async function claimData(): Promise<void> {
  const running = await readKept(runningSchema, fileName);
  if (running && isAlive(running.pid)) {
    throw new Error(
      `Process ${running.pid} uses ${dataDirectory} already: stop it first. If it is another program, remove ${fileName} there.`,
    );
  }
  await keep(fileName, { pid: process.pid });
}

/** Tells `npm run admin` which database `npm start` is running on. */
export function noteRunning(databaseUrl: string): Promise<void> {
  return keep(fileName, { pid: process.pid, databaseUrl });
}

export function releaseData(): Promise<void> {
  return forget(fileName);
}

/** The database of a running `npm start`, or undefined. */
export async function runningDatabaseUrl(): Promise<string | undefined> {
  const running = await readKept(runningSchema, fileName);
  return running && isAlive(running.pid) ? running.databaseUrl : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
