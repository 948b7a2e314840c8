import type { Request, Response } from 'express';
import { z } from 'zod';
import { admit, callBase, inPlace, type Exchange } from './admit.js';
import type { KeyedRequest } from '../../db/queries/idempotency-keys.js';
import type { Identity } from './auth.js';
import type { ServeDeps } from '../deps.js';
import type { AnyReply, Endpoint } from './endpoint.js';
import { readIdempotencyKey } from './idempotency.js';
import { etagOf } from './precondition.js';
import { jsonDigest, unstorableFields } from './json-text.js';
import { refuseFields, refuseUnknown } from '../../usecases/refusal.js';
import { sendLong } from './long-list.js';
import { noteMade } from './log-requests.js';
import { readJsonBody } from './read-body.js';
import { runChange, runRead, type Outcome } from './run-call.js';
import { transactions } from '../../usecases/transact.js';

/**
 * The express handler of an endpoint: it identifies the caller, checks their rights and the input, runs the call and
 * answers.
 */
export function serveEndpoint(
  endpoint: Endpoint,
  deps: ServeDeps,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const exchange: Exchange = { operation: endpoint, deps, request, response };
    const identity = await admit(exchange);
    const reads = endpoint.method === 'GET';
    const body = reads ? {} : await readJsonBody(request, response);
    await inPlace(exchange, identity, async () => {
      const { reply, replayed } = await perform({ endpoint, exchange, identity, body });
      if (replayed) response.set('Idempotency-Replayed', 'true');
      if (reply.longLists.length === 0) send(response, endpoint, reply);
      else await sendLong(response, reply, transactions(deps.db, callBase(exchange, identity)));
    });
  };
}

interface Performance {
  readonly endpoint: Endpoint;
  readonly exchange: Exchange;
  readonly identity: Identity;
  readonly body: unknown;
}

async function perform({ endpoint, exchange, identity, body }: Performance): Promise<Outcome> {
  const { request, deps } = exchange;
  const { params, query } = request;
  if (unstorableFields('path', params).length > 0) refuseUnknown('id');
  const unstorable = [...unstorableFields('query', query), ...unstorableFields('body', body)];
  if (unstorable.length > 0) refuseFields(unstorable);
  const run = endpoint.prepare({ params, query, body });
  const base = callBase(exchange, identity);
  if (endpoint.method === 'GET')
    return { reply: await runRead(deps.db, run, base), replayed: false };
  const key = readIdempotencyKey(request.get('idempotency-key'));
  const ifMatch = request.get('if-match');
  const asked = [
    ...[endpoint.method, request.path, query, body, base.actor],
    ...(ifMatch === undefined ? [] : [{ ifMatch }]),
  ];
  const keyed: KeyedRequest | undefined =
    key === undefined ? undefined : { key, digest: jsonDigest(asked) };
  return runChange({ db: deps.db, endpoint, run, keyed }, base);
}

const identified = z.object({ id: z.uuid() });
const versioned = z.object({ version: z.int() });

function send(response: Response, endpoint: Endpoint, reply: AnyReply): void {
  const { location } = reply.headers;
  if (location !== undefined) response.location(location);
  const made = reply.status === 201 ? identified.safeParse(reply.body).data : undefined;
  if (made !== undefined) noteMade(response, made.id);
  // Made from the body, so that a stored answer keeps its original ETag.
  if (endpoint.concurrency) response.set('ETag', etagOf(versioned.parse(reply.body).version));
  response.set('Cache-Control', 'no-store');
  response.status(reply.status).json(reply.body);
}
