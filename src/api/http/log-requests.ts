import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from './request-id.js';

/** Logs one line per request. Of the path it logs only the pattern, since paths and queries may name people. */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    response.on('close', () => {
      const { locals }: { locals: Record<string, unknown> } = response;
      const route: unknown = request.route;
      logger.info(
        {
          requestId: requestIdOf(response),
          method: request.method,
          route: routePath(route),
          status: response.statusCode,
          complete: response.writableFinished,
          durationMs: Math.round(performance.now() - startedMs),
          accountId: locals['accountId'],
          keyId: locals['keyId'],
        },
        'request',
      );
    });
    next();
  };
}

function routePath(route: unknown): unknown {
  return typeof route === 'object' && route !== null ? Reflect.get(route, 'path') : undefined;
}
