import type { Request, Response } from 'express';
import { z } from 'zod';
import { authenticate, findActingUser, requireScope } from './auth.js';
import type { AppDeps } from './deps.js';
import type { AnyReply, Caller, Endpoint } from './endpoint.js';
import { readIdempotencyKey } from './idempotency.js';
import { etagOf } from './precondition.js';
import { jsonDigest, unstorableFields } from './json-text.js';
import { refuseFields, refuseUnknown } from './problem.js';
import { readJsonBody } from './read-body.js';
import { requestIdOf } from './request-id.js';
import { runChange, runRead, type CallBase, type Keyed, type Outcome } from './run-call.js';

/** The express handler of an endpoint: who calls, may they, is the input acceptable, then run it and answer. */
export function serveEndpoint(
  endpoint: Endpoint,
  deps: AppDeps,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const caller = await authenticate(deps.db, request.get('authorization'));
    noteCaller(response, caller);
    requireScope(caller, endpoint.scope);
    const reads = endpoint.method === 'GET';
    const body = reads ? {} : await readJsonBody(request, response);
    const outcome = await perform({ endpoint, deps, request, response, caller, body });
    if (outcome.replayed) response.set('Idempotency-Replayed', 'true');
    send(response, endpoint, outcome.reply);
  };
}

interface Performance {
  readonly endpoint: Endpoint;
  readonly deps: AppDeps;
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  readonly body: unknown;
}

async function perform(performance: Performance): Promise<Outcome> {
  const { endpoint, deps, request, response, caller, body } = performance;
  const { params, query } = request;
  if (unstorableFields('path', params).length > 0) refuseUnknown('id');
  const unstorable = [...unstorableFields('query', query), ...unstorableFields('body', body)];
  if (unstorable.length > 0) refuseFields(unstorable);
  const run = endpoint.prepare({ params, query, body });
  const { accountId } = caller;
  const actingUser = await findActingUser(
    deps.db,
    accountId,
    request.get('cadenza-user'),
    endpoint.actingUser,
  );
  const base: CallBase = {
    accountId,
    actor: actingUser ? { kind: 'user', id: actingUser.id } : { kind: 'api_key', id: caller.keyId },
    caller,
    actingUser,
    now: deps.now(),
    requestId: requestIdOf(response),
    ifMatch: request.get('if-match'),
    deps,
  };
  if (endpoint.method === 'GET') return { reply: await runRead(run, base), replayed: false };
  const key = readIdempotencyKey(request.get('idempotency-key'));
  const { ifMatch } = base;
  const asked = [
    ...[endpoint.method, request.path, query, body, base.actor],
    ...(ifMatch === undefined ? [] : [{ ifMatch }]),
  ];
  const keyed: Keyed | undefined =
    key === undefined ? undefined : { key, digest: jsonDigest(asked) };
  return runChange(endpoint, run, base, keyed);
}

const versioned = z.object({ version: z.int() });

function send(response: Response, endpoint: Endpoint, reply: AnyReply): void {
  const { location } = reply.headers;
  if (location !== undefined) response.location(location);
  // Made from the body, so that a stored answer has the ETag that it had at first.
  if (endpoint.concurrency) response.set('ETag', etagOf(versioned.parse(reply.body).version));
  response.set('Cache-Control', 'no-store');
  response.status(reply.status).json(reply.body);
}

/** Leaves word for the request log. */
function noteCaller(response: Response, caller: Caller): void {
  const { locals }: { locals: Record<string, unknown> } = response;
  locals['accountId'] = caller.accountId;
  locals['keyId'] = caller.keyId;
}
