import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs a program: `main` gets a signal that is tripped by SIGINT and SIGTERM, cleans up after itself and returns the
 * exit status. A second SIGINT ends the process at once.
 */
export async function runMain(main: (stop: AbortSignal) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted && name === 'SIGINT') process.exit(130);
      controller.abort();
    });
  }
  const status = await main(controller.signal).catch((error: unknown) => {
    console.error(messageOf(error));
    return 1;
  });
  // Nothing that still holds the process open, such as a connection being made, is waited for.
  process.exitCode = status;
  await delay(0);
  process.exit();
}

/** Resolves when the signal is tripped. */
export function tripped(signal: AbortSignal): Promise<'stopped'> {
  if (signal.aborted) return Promise.resolve('stopped');
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve('stopped');
    });
  });
}

/** An error's message with those of its causes, for people to read; the stack is for the log. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  const causes = inner.filter((each) => each !== undefined).map((each) => messageOf(each));
  const own = error.message === '' ? error.name : error.message;
  return [own, ...causes.filter((text) => !own.includes(text))].join('\n  ');
}
