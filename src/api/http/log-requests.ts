import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from './request-id.js';

/** What is found out about a request on its way, for its line in the log: ids and codes only. */
interface RequestNotes {
  readonly accountId?: string;
  readonly keyId?: string;
  /** The acting user. */
  readonly userId?: string | undefined;
  /** What its path names by id, and what it made. */
  readonly targetIds?: readonly unknown[];
  /** Why it was refused. */
  readonly refusal?: Readonly<Record<string, unknown>>;
}

const notesKey = 'requestNotes';

/** Adds to what the line of this request says. */
export function noteForLog(response: Response, notes: RequestNotes): void {
  const { locals }: { locals: Record<string, unknown> } = response;
  locals[notesKey] = { ...notesOf(response), ...notes };
}

/** Says in the line of this request what it made. */
export function noteMade(response: Response, id: string): void {
  const { targetIds = [] } = notesOf(response);
  noteForLog(response, { targetIds: [...targetIds, id] });
}

/**
 * Logs one line per request: by whom, of what and how it ended. Of the path it logs only the pattern and ids, since paths and
 * queries may name people.
 */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    response.on('close', () => {
      const route: unknown = request.route;
      logger.info(
        {
          requestId: requestIdOf(response),
          method: request.method,
          route: routePath(route),
          status: response.statusCode,
          complete: response.writableFinished,
          durationMs: Math.round(performance.now() - startedMs),
          ...notesOf(response),
        },
        'request',
      );
    });
    next();
  };
}

function notesOf(response: Response): RequestNotes {
  const { locals }: { locals: Record<string, RequestNotes | undefined> } = response;
  return locals[notesKey] ?? {};
}

/** The pattern of a request's path, without what it names. */
export function routePath(route: unknown): unknown {
  return typeof route === 'object' && route !== null ? Reflect.get(route, 'path') : undefined;
}
