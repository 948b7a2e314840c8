import { condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';

export { collect } from './collect.js';

const wake = defineSignal('wake');

/** The least that a workflow can be: waits for a signal. */
export async function waiter(): Promise<void> {
  let isAwake = false;
  setHandler(wake, () => {
    isAwake = true;
  });
  await condition(() => isAwake);
}

/** Waits until an instant, in milliseconds since 1970, and answers how many milliseconds late it awoke. */
export async function alarm(atMs: number): Promise<number> {
  await sleep(Math.max(1, atMs - Date.now()));
  return Date.now() - atMs;
}
