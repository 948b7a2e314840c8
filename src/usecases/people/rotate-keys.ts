import type { Vault } from '../../config/vault.js';
import type { Db } from '../../db/client.js';
import {
  findPassword,
  pageOfPasswords,
  replacePassword,
  type MailboxRef,
  type SealedPassword,
} from '../../db/queries/mailbox-passwords.js';

/** What a rotation has come to. */
export interface Rotation {
  /** How many passwords it has encrypted with the newest key. */
  readonly renewed: number;
  /** How many were so before, or became so meanwhile. */
  readonly current: number;
  /** Whose password no key opens. It stays as it is. */
  readonly unreadable: readonly MailboxRef[];
}

const pageSize = 200;

/**
 * Encrypts the passwords of all mailboxes with the newest key. Each in a transaction of its own, which changes nothing when
 * the password was changed meanwhile: so everything else goes on, and it may be run again, twice at once, and be ended at any
 * point.
 */
export async function rotateKeys(db: Db, vault: Vault): Promise<Rotation> {
  const counts = { renewed: 0, current: 0, removed: 0 };
  const unreadable: MailboxRef[] = [];
  let after: MailboxRef | undefined;
  for (;;) {
    const page = await pageOfPasswords(db, { after, limit: pageSize });
    for (const { accountId, mailboxId, sealed } of page) {
      const outcome = await renew(db, vault, { accountId, mailboxId, sealed });
      if (outcome === 'unreadable') unreadable.push({ accountId, mailboxId });
      else counts[outcome] += 1;
    }
    after = page.at(-1);
    if (after === undefined) {
      const { renewed, current } = counts;
      return { renewed, current, unreadable };
    }
  }
}

/** Encrypts one password anew. One that is changed meanwhile is looked at again. */
async function renew(
  db: Db,
  vault: Vault,
  found: SealedPassword,
): Promise<'renewed' | 'current' | 'removed' | 'unreadable'> {
  let seen: SealedPassword | undefined = found;
  while (seen !== undefined) {
    const { sealed, ...place }: SealedPassword = seen;
    const password = vault.open(sealed, place);
    if (password === undefined) return 'unreadable';
    if (vault.isNewest(sealed)) return 'current';
    const given = { ...place, sealed };
    const anew = vault.seal(password, place);
    if (await db.transaction((tx) => replacePassword(tx, given, anew))) return 'renewed';
    seen = await findPassword(db, place);
  }
  return 'removed';
}
