import { Context } from '@temporalio/activity';

const everyMs = 3_000;

/** Does a work with a heartbeat, whatever the work waits for; `isCancelled` says whether it is to end. */
export async function withHeartbeat<T>(
  work: (isCancelled: () => boolean) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => {
    context.heartbeat();
  }, everyMs);
  try {
    return await work(() => context.cancellationSignal.aborted);
  } finally {
    clearInterval(timer);
  }
}
