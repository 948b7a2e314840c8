import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { describeError } from '../../observability/describe-error.js';

/** The longest that a program may take to end in order after an error that nobody caught. */
const lastMs = 120_000;

/** Tells of an error that nobody has caught. */
type Report = (error: unknown) => void;

/**
 * Runs a program: `main` gets a signal that is tripped by SIGINT and SIGTERM, cleans up after itself and returns the
 * exit status; a StoppedError is status 0. A second SIGINT ends the process at
 * once. An error that nobody catches trips the signal as well, and the program ends with status 1; with `tell`, `main` says how it is
 * told of.
 */
export async function runMain(
  main: (stop: AbortSignal, tell: (report: Report) => void) => Promise<number>,
): Promise<void> {
  const controller = new AbortController();
  let report: Report = (error) => {
    console.error(messageOf(error));
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted && name === 'SIGINT') process.exit(130);
      controller.abort();
    });
  }
  const uncaught: unknown[] = [];
  // Rejections that nobody handles come here too.
  process.on('uncaughtException', (error) => {
    report(error);
    uncaught.push(error);
    if (uncaught.length > 1) return;
    setTimeout(() => process.exit(1), lastMs).unref();
    controller.abort();
  });
  const tell = (given: Report): void => {
    report = given;
  };
  const status = await main(controller.signal, tell).catch((error: unknown) => {
    if (error instanceof StoppedError) return 0;
    console.error(messageOf(error));
    return 1;
  });
  // Nothing that still holds the process open, such as a connection being made, is waited for.
  process.exitCode = uncaught.length > 0 ? 1 : status;
  await delay(0);
  process.exit();
}

/** Tells of an error that nobody has caught in the log. */
export function uncaughtIn(logger: Logger): Report {
  return (error) => {
    logger.fatal({ err: error }, 'nobody has caught this error: the process stops');
  };
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

/** Thrown in place of what a program waited for when it was told to stop. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** What the work comes to; rejects with a StoppedError as soon as the signal is tripped. */
export function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stopped = tripped(signal).then<never>(() => {
    throw new StoppedError('told to stop');
  });
  return Promise.race([work, stopped]);
}

/** An error's message with those of its causes, for people to read; the stack is for the log. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  const causes = inner.filter((each) => each !== undefined).map((each) => messageOf(each));
  const { message } = describeError(error);
  const own = message === '' ? error.name : message;
  return [own, ...causes.filter((text) => !own.includes(text))].join('\n  ');
}
