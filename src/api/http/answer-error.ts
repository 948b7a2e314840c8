import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { activePeople, databaseFailure } from '../../db/sqlstate.js';
import { Refusal, refuse } from '../../usecases/refusal.js';
import { askedOf } from './asked.js';
import { noteForLog, routePath } from './log-requests.js';
import { renderProblem, CallRefusal } from './problem.js';
import { requestIdOf } from './request-id.js';

const unavailableRetrySeconds = 5;

/** Answers any error as problem+json. A caller's mistake stands in the line of its request, ours is logged as an error. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = toRefusal(thrown);
    const requestId = requestIdOf(response);
    const { status, headers, body } = renderProblem(error, requestId, askedOf(response));
    if (status >= 500) {
      const route: unknown = request.route;
      const about = { requestId, method: request.method, route: routePath(route) };
      logger.error({ err: thrown, ...about, code: error.code }, 'request failed');
    }
    noteForLog(response, { refusal: reasonOf(error) });
    if (response.headersSent) {
      // Half an answer is out already: express breaks the connection, so that nobody takes it for a whole one.
      next(thrown);
      return;
    }
    if (status === 401) response.set('WWW-Authenticate', 'Bearer realm="cadenza"');
    response.set(headers).set('Cache-Control', 'no-store').status(status);
    response.type('application/problem+json').send(JSON.stringify(body));
  };
}

// A pointer may hold what a caller has called a field; what does not look like a name of ours is left out.
const plainPointer = /^(?:\/\w{1,64}(?:\[\w+\])?){0,10}$/;

/** Why a request was refused, without a text: those may name people. */
function reasonOf({ code, details }: Refusal | CallRefusal): Readonly<Record<string, unknown>> {
  const { errors, extensions = {} } = details;
  const { requiredScope, requiredPermission } = extensions;
  return {
    ...{ code, requiredScope, requiredPermission },
    errors: errors?.map(({ pointer, code: why }) => ({
      ...(plainPointer.test(pointer) && { pointer }),
      code: why,
    })),
  };
}

function toRefusal(thrown: unknown): Refusal | CallRefusal {
  if (thrown instanceof Refusal || thrown instanceof CallRefusal) return thrown;
  const failure = databaseFailure(thrown);
  switch (failure?.kind) {
    case 'conflict':
      return failure.field === undefined ? internal(thrown) : conflict(failure.field, thrown);
    case 'unavailable':
      return unavailable(thrown);
    case 'try_again':
      return failure.constraint === activePeople ? deactivated(thrown) : unavailable(thrown);
    case undefined:
      return isBadPath(thrown) ? new Refusal('NOT_FOUND', noSuchPath) : internal(thrown);
  }
}

function conflict(field: string, cause: unknown): Refusal {
  const message = `This ${field} is taken.`;
  return new Refusal('CONFLICT', {
    detail: `Another one has this ${field} already; it must be unique in the account.`,
    errors: [{ in: 'body', pointer: `/${field}`, code: 'taken', message }],
    cause,
  });
}

function unavailable(cause: unknown): CallRefusal {
  const detail = 'The database cannot be used.';
  return new CallRefusal('UNAVAILABLE', { detail, retryAfter: unavailableRetrySeconds, cause });
}

/** The acting user was deactivated after they were let in. */
function deactivated(cause: unknown): Refusal {
  const detail = 'Somebody who would send, enroll or work the tasks was deactivated meanwhile.';
  return new Refusal('USER_DEACTIVATED', { detail, cause });
}

function internal(cause: unknown): Refusal {
  return new Refusal('INTERNAL', { detail: 'unexpected', cause });
}

const noSuchPath = { detail: 'There is no such path; all paths are listed at /docs.' };

/** A path that cannot be decoded, such as `/v1/contacts/%E0`; the router throws it. */
function isBadPath(thrown: unknown): boolean {
  return thrown instanceof URIError;
}

/** Answers paths where nothing is served. */
export const refuseUnknownPath: RequestHandler = () => {
  refuse('NOT_FOUND', noSuchPath);
};
