import { sleep } from '@temporalio/workflow';

/** The least that is due at some time: waits for it, and says how many milliseconds too late it woke. */
export async function timer(dueMs: number): Promise<number> {
  await sleep(Math.max(1, dueMs - Date.now()));
  return Date.now() - dueMs;
}
