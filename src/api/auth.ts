import type { Db } from '../db/client.js';
import { findApiKey } from '../db/queries/api-keys.js';
import { findUser, type User } from '../db/queries/users.js';
import { hashSecret, parseApiKey, secretMatches } from './api-key.js';
import { refuseWithoutActingUser, scopes, type Caller, type Scope } from './endpoint.js';
import { refuse } from './problem.js';

// Compared with when there is no such key, so that both refusals take the same time.
const nobodysHash = hashSecret('');

/** Whose key the Authorization header holds. Refuses a missing, unknown or revoked one, all alike. */
export async function authenticate(db: Db, authorization: string | undefined): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const presented = token === undefined ? undefined : parseApiKey(token);
  if (presented === undefined) return refuseKey();
  const row = await findApiKey(db, presented.keyId);
  const matches = secretMatches(presented.secret, row?.secretHash ?? nobodysHash);
  if (row === undefined || !matches || row.revokedAt !== null) return refuseKey();
  return {
    accountId: row.accountId,
    keyId: row.id,
    scopes: scopes.filter((scope) => row.scopes.includes(scope)),
  };
}

function refuseKey(): never {
  return refuse(
    'UNAUTHENTICATED',
    'Send "Authorization: Bearer cad_…" with a key that is not revoked.',
  );
}

/** Refuses a key whose scopes do not include the wanted one; `admin` includes `write`, that includes `read`. */
export function requireScope(caller: Caller, wanted: Scope): void {
  const needed = scopes.indexOf(wanted);
  if (caller.scopes.some((scope) => scopes.indexOf(scope) >= needed)) return;
  refuse('FORBIDDEN_SCOPE', {
    detail: `This needs a key with the scope "${wanted}".`,
    extensions: { requiredScope: wanted },
  });
}

/** The person on whose behalf the caller acts: the header names one by id, externalId or email. */
export async function findActingUser(
  db: Db,
  accountId: string,
  header: string | undefined,
  need: 'required' | 'optional',
): Promise<User | null> {
  const name = header?.trim() ?? '';
  if (name === '') return need === 'required' ? refuseWithoutActingUser() : null;
  const user = await findUser(db, accountId, { named: name });
  if (user !== undefined) return user;
  return refuse(
    'ACTING_USER_UNKNOWN',
    'The header Cadenza-User names nobody: it takes an id, an externalId or an email of a user of this account.',
  );
}
