import { condition, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';

export const proceed = defineUpdate('proceed');

const { work } = proxyActivities<{ work(): Promise<void> }>({ startToCloseTimeout: '1 minute' });

/**
 * The least that a sequence of steps can be: a timer and an activity a step, nothing passed, nothing shown. With
 * `waitAfter`, after that step an update is waited for, and an activity sees to it.
 */
export async function chain(steps: number, waitAfter?: number): Promise<void> {
  let proceeds = false;
  setHandler(proceed, () => {
    proceeds = true;
  });
  for (let step = 1; step <= steps; step += 1) {
    await sleep('1 day');
    await work();
    if (step !== waitAfter) continue;
    await condition(() => proceeds);
    await work();
  }
}
