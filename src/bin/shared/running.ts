import { z } from 'zod';
import { dataDirectory, forget, keep, readKept } from './data-directory.js';

const fileName = 'running.json';
const runningSchema = z.object({
  pid: z.int(),
  databaseUrl: z.string().optional(),
  apiUrl: z.string().optional(),
  mail: z.object({ host: z.string(), port: z.int() }).optional(),
});

/** Where a running `npm start` has its parts. */
export type Running = Readonly<Required<Omit<z.output<typeof runningSchema>, 'pid'>>>;

/** Takes the data directory for this process. Rejects when another process has it. */
export async function claimData(): Promise<void> {
  const running = await readKept(runningSchema, fileName);
  if (running && isAlive(running.pid)) {
    throw new Error(
      `Process ${running.pid} uses ${dataDirectory()} already: stop it first. If it is another program, remove ${fileName} there.`,
    );
  }
  await keep(fileName, { pid: process.pid });
}

/** Tells `npm run admin` where `npm start` is running. */
export function noteRunning(running: Running): Promise<void> {
  return keep(fileName, { pid: process.pid, ...running });
}

export function releaseData(): Promise<void> {
  return forget(fileName);
}

/** Where `npm start` is running; undefined when it is not, or not yet. */
export async function readRunning(): Promise<Running | undefined> {
  const { pid, databaseUrl, apiUrl, mail } = (await readKept(runningSchema, fileName)) ?? {};
  if (pid === undefined || !isAlive(pid)) return undefined;
  if (databaseUrl === undefined || apiUrl === undefined || mail === undefined) return undefined;
  return { databaseUrl, apiUrl, mail };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
