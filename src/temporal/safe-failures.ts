import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { describeError, type DescribedError } from '../observability/describe-error.js';

/**
 * Has an activity fail only with what may be said of its error: the failure stays in the history of the workflow, even
 * when a later attempt succeeds, and in the log. Its type stays, by which Temporal decides about another attempt.
 */
export const safeFailures: ActivityInboundCallsInterceptor = {
  execute: async (input, next) => {
    try {
      return await next(input);
    } catch (error) {
      throw sayable(error);
    }
  },
};

/** What we say to Temporal on purpose is sayable as it is; what a cancellation has broken off is known by its name. */
function sayable(error: unknown): unknown {
  const isAbort = error instanceof Error && error.name === 'AbortError';
  if (error instanceof TemporalFailure || isAbort) return error;
  return failureOf(describeError(error));
}

function failureOf({ type, message, code, constraint, stack, cause }: DescribedError): Error {
  const facts = [code, constraint].filter((fact) => fact !== undefined).join(' ');
  const failure = ApplicationFailure.create({
    type,
    message: facts === '' ? message : `${message} (${facts})`,
    ...(cause && { cause: failureOf(cause) }),
  });
  failure.stack = stack ?? '';
  return failure;
}
