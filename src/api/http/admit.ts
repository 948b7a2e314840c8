import { isIP } from 'node:net';
import type { Request, Response } from 'express';
import { authenticate, chooseActingUser, type Credentials, type Identity } from './auth.js';
import { isUuid } from '../../db/queries/reference.js';
import { requireScope } from '../../usecases/access.js';
import type { ServeDeps } from '../deps.js';
import type { Operation } from './endpoint.js';
import { noteForLog } from './log-requests.js';
import { requireMatch } from './precondition.js';
import { requestIdOf } from './request-id.js';
import type { CallBase } from './run-call.js';

/** One request to an operation, and what its answer is made with. */
export interface Exchange {
  readonly operation: Operation;
  readonly deps: ServeDeps;
  readonly request: Request;
  readonly response: Response;
}

/** Says whose request it is, if they may make it; nothing of the body is read before that. */
export async function admit({ operation, deps, request, response }: Exchange): Promise<Identity> {
  const now = deps.now();
  const identity = await authenticate(deps.db, credentialsOf(request), now);
  deps.noteKeyUse(identity, now);
  const { accountId, keyId } = identity.caller;
  noteForLog(response, { accountId, keyId, targetIds: Object.values(request.params).filter(isId) });
  requireScope(identity.caller.scopes, operation.scope);
  return identity;
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
