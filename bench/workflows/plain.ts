import { condition, defineSignal, setHandler } from '@temporalio/workflow';

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
