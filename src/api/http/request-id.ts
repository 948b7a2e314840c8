import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const header = 'X-Request-Id';
const acceptable = /^[\w.-]{1,128}$/;

/** Gives each request an id, the caller's own if it is acceptable, and returns it in the answer. */
export const nameRequest: RequestHandler = (request, response, next) => {
  const given = request.get(header);
  response.set(header, given !== undefined && acceptable.test(given) ? given : randomUUID());
  next();
};

/** The id of the request that this response answers. */
export function requestIdOf(response: Response): string {
  return response.get(header) ?? '';
}
