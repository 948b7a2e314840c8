import { isIP } from 'node:net';
import type { Request, Response } from 'express';
import { noteAsked } from './asked.js';
import { authenticate, chooseActingUser, type Credentials, type Identity } from './auth.js';
import { isUuid } from '../../db/queries/reference.js';
import { requireScope } from '../../usecases/access.js';
import type { ServeDeps } from '../deps.js';
import type { Operation } from './endpoint.js';
import { noteForLog } from './log-requests.js';
import { requireMatch } from './precondition.js';
import { refuseCall } from './problem.js';
import { requestIdOf } from './request-id.js';
import type { Meter } from './request-rates.js';
import type { CallBase } from './run-call.js';

/** One request to an operation, and what its answer is made with. */
export interface Exchange {
  readonly operation: Operation;
  readonly deps: ServeDeps;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Says whose request it is, if they may make it and have not made too many; nothing of the body is read before that. Who was
 * let in before and has made too many is refused without a query.
 */
export async function admit({ operation, deps, request, response }: Exchange): Promise<Identity> {
  noteAsked(response, operation.summary);
  const now = deps.now();
  const credentials = credentialsOf(request);
  const targetIds = Object.values(request.params).filter(isId);
  const known = deps.meters?.known(credentials.authorization);
  if (known) countRequest(known, response, targetIds);
  const identity = await authenticate(deps.db, credentials, now);
  deps.noteKeyUse(identity, now);
  const { accountId, keyId } = identity.caller;
  noteForLog(response, { accountId, keyId, targetIds });
  if (!known && deps.meters) {
    const met = deps.meters.meet(credentials.authorization, identity.caller);
    countRequest(met, response, targetIds);
  }
  requireScope(identity.caller.scopes, operation.scope);
  return identity;
}

function countRequest(meter: Meter, response: Response, targetIds: readonly unknown[]): void {
  const { accountId, keyId } = meter.counted;
  const { headers, retryAfter } = meter.draw();
  response.set(headers);
  if (retryAfter === undefined) return;
  noteForLog(response, { accountId, keyId, targetIds });
  const detail =
    'More requests have come than are taken from one key, or from one account: the header RateLimit says how many are left. Wait, then go on more slowly.';
  refuseCall('RATE_LIMITED', { detail, retryAfter });
}

/** Does the work of a call once the account has a place for it among those that it may have at once. */
export async function inPlace<T>(
  { operation, deps: { places }, request }: Exchange,
  { caller: { accountId } }: Identity,
  work: () => Promise<T>,
): Promise<T> {
  if (places === undefined) return work();
  const call = () => places.within('calls', accountId, work);
  const isHeavy = operation.heavy === true || hasLargeBody(request);
  return isHeavy ? places.within('heavy', accountId, call) : call();
}

/** Cleaning some texts of this size takes tens of milliseconds. */
const largeBytes = 20_000;

/** Whether a body is large, or does not say how large it is. */
function hasLargeBody(request: Request): boolean {
  const isCompressed = (request.get('content-encoding') ?? 'identity') !== 'identity';
  const isUnsized = request.get('transfer-encoding') !== undefined;
  return isCompressed || isUnsized || Number(request.get('content-length') ?? 0) > largeBytes;
}

function credentialsOf(request: Request): Credentials {
  return { authorization: request.get('authorization'), user: request.get('cadenza-user') };
}

/** What an admitted call is run with. Refuses an acting user who is unknown or missing. */
export function callBase(exchange: Exchange, identity: Identity): CallBase {
  const { operation, deps, request, response } = exchange;
  const { caller } = identity;
  const requestId = requestIdOf(response);
  const actingUser = chooseActingUser(credentialsOf(request), identity, operation.actingUser);
  noteForLog(response, { userId: actingUser?.id });
  return {
    accountId: caller.accountId,
    actor: actingUser ? { kind: 'user', id: actingUser.id } : { kind: 'api_key', id: caller.keyId },
    cause: { kind: 'request', id: requestId },
    scopes: caller.scopes,
    from: { address: addressOf(request), keyId: caller.keyId },
    actingUser,
    now: deps.now(),
    requestId,
    requireVersion: (currentVersion) => {
      requireMatch(request.get('if-match'), currentVersion);
    },
    heedVersion: (currentVersion) => {
      requireMatch(request.get('if-match') ?? '*', currentVersion);
    },
    ports: deps,
  };
}

/** The network address of the caller; null where a proxy says something else. */
function addressOf({ ip = '' }: Request): string | null {
  return isIP(ip) === 0 ? null : ip;
}

/** What a path names by its id; a name may be a person's. */
function isId(value: string | string[]): boolean {
  return typeof value === 'string' && isUuid(value);
}
