import type { Db } from '../../db/client.js';
import { findApiKey, type ApiKeyRow } from '../../db/queries/api-keys.js';
import type { User } from '../../db/queries/users.js';
import type { Instant } from '../../domain/time/types.js';
import { hashSecret, parseApiKey, secretMatches } from '../../usecases/account/api-key.js';
import { requireActingUser, scopes } from '../../usecases/act.js';
import { refuse } from '../../usecases/refusal.js';
import type { Caller, Operation } from './endpoint.js';
import { refuseCall } from './problem.js';

// Stands in for the hash of an unknown key, so that both refusals take the same time.
const nobodysHash = hashSecret('');

/** The two headers that say who calls. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** Cadenza-User: the person on whose behalf the caller acts, by id, externalId or email. */
  readonly user: string | undefined;
}

/** Whose key it is, and the user of its account that was named or that it is bound to, if that user exists. */
export interface Identity {
  readonly caller: Caller;
  readonly user: User | null;
  /** When the key was used before, to the minute. */
  readonly lastUsedAt: Instant | null;
}

/** Whose key the Authorization header holds. A missing, an unknown, a revoked and an expired key are refused alike. */
export async function authenticate(
  db: Db,
  credentials: Credentials,
  now: Instant,
): Promise<Identity> {
  const token = tokenIn(credentials.authorization);
  const presented = token === undefined ? undefined : parseApiKey(token);
  if (presented === undefined) return refuseKey();
  const found = await findApiKey(db, presented.keyId, nameOf(credentials));
  const matches = secretMatches(presented.secret, found?.key.secretHash ?? nobodysHash);
  if (found === undefined || !matches || !isValid(found.key, now)) return refuseKey();
  const { key, user } = found;
  return {
    caller: {
      accountId: key.accountId,
      keyId: key.id,
      scopes: scopes.filter((scope) => key.scopes.includes(scope)),
      boundTo: key.userId,
    },
    user,
    lastUsedAt: key.lastUsedAt,
  };
}

/** The key that a header gives, however it is written. */
export function tokenIn(authorization = ''): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

function isValid({ revokedAt, expiresAt }: ApiKeyRow, now: Instant): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

function nameOf({ user }: Credentials): string | undefined {
  const name = user?.trim() ?? '';
  return name === '' ? undefined : name;
}

function refuseKey(): never {
  return refuseCall(
    'UNAUTHENTICATED',
    'Send "Authorization: Bearer cad_…" with a key that is neither revoked nor expired.',
  );
}

/**
 * The person on whose behalf the caller acts. Refuses a name that belongs to nobody, a missing name where one is required,
 * and with a key that is bound to a user the name of any other.
 */
export function chooseActingUser(
  credentials: Credentials,
  { caller: { boundTo }, user }: Identity,
  need: Operation['actingUser'],
): User | null {
  if (boundTo !== null && user?.id !== boundTo) {
    return refuseCall(
      'KEY_BOUND_TO_USER',
      'The key speaks for one user alone: leave the header Cadenza-User out, or name that user.',
    );
  }
  if (boundTo === null && nameOf(credentials) === undefined) {
    return need === 'required' ? requireActingUser({ actingUser: null }) : null;
  }
  if (user === null) {
    return refuseCall(
      'ACTING_USER_UNKNOWN',
      'The header Cadenza-User names nobody: it takes an id, an externalId or an email of a user of this account.',
    );
  }
  if (user.deactivatedAt === null) return user;
  return refuse(
    'USER_DEACTIVATED',
    'The acting user is deactivated and cannot act; an admin can reactivate them.',
  );
}
