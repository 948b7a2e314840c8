import { findUser, lockUser, type User } from '../../db/queries/users.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';

/** Reads the user that a path names, by an id, an externalId or an email, or refuses an unknown one. */
export async function readUser({ tx, accountId }: Act, named: string): Promise<User> {
  return (await findUser(tx, accountId, { named })) ?? refuseUnknown('user');
}

/** Keeps a user from being erased until the transaction ends; refuses one who is. `pointer` is as for `refuseUnknown`. */
export async function holdUser(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  id: string,
  pointer?: string,
): Promise<void> {
  if ((await lockUser(tx, accountId, id, 'choose')) === undefined) refuseUnknown('user', pointer);
}
