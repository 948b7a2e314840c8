import type { Db } from '../../db/client.js';
import { findApiKey } from '../../db/queries/api-keys.js';
import type { User } from '../../db/queries/users.js';
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

/** Whose key it is, and the user of its account that was named, if that user exists. */
export interface Identity {
  readonly caller: Caller;
  readonly user: User | null;
}

/** Whose key the Authorization header holds. A missing, an unknown and a revoked key are refused alike. */
export async function authenticate(db: Db, credentials: Credentials): Promise<Identity> {
  const token = /^Bearer +(\S+)$/i.exec(credentials.authorization ?? '')?.[1];
  const presented = token === undefined ? undefined : parseApiKey(token);
  if (presented === undefined) return refuseKey();
  const found = await findApiKey(db, presented.keyId, nameOf(credentials));
  const matches = secretMatches(presented.secret, found?.key.secretHash ?? nobodysHash);
  if (found === undefined || !matches || found.key.revokedAt !== null) return refuseKey();
  const { key, user } = found;
  return {
    caller: {
      accountId: key.accountId,
      keyId: key.id,
      scopes: scopes.filter((scope) => key.scopes.includes(scope)),
    },
    user,
  };
}

function nameOf({ user }: Credentials): string | undefined {
  const name = user?.trim() ?? '';
  return name === '' ? undefined : name;
}

function refuseKey(): never {
  return refuseCall(
    'UNAUTHENTICATED',
    'Send "Authorization: Bearer cad_…" with a key that is not revoked.',
  );
}

/**
 * The person on whose behalf the caller acts. Refuses a name that belongs to nobody, and a missing name where one is
 * required.
 */
export function chooseActingUser(
  credentials: Credentials,
  { user }: Identity,
  need: Operation['actingUser'],
): User | null {
  if (nameOf(credentials) === undefined) {
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
    'The user that Cadenza-User names is deactivated and cannot act; an admin can reactivate them.',
  );
}
