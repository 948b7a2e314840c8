import { z } from 'zod';
import { forget, keep, readKept } from './data-directory.js';

const fileName = 'running.json';
const runningSchema = z.object({ pid: z.int(), databaseUrl: z.string() });

/** Leaves word for `npm run admin` of what `npm start` is running on. */
export function noteRunning(databaseUrl: string): Promise<void> {
  return keep(fileName, { pid: process.pid, databaseUrl });
}

export function forgetRunning(): Promise<void> {
  return forget(fileName);
}

/** The database of an `npm start` that is running, or undefined. */
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
