import type { Vault } from '../../config/vault.js';
import type { Mailbox } from '../../db/queries/mailboxes.js';

type WithPassword = Pick<Mailbox, 'accountId' | 'id' | 'smtpPasswordEncrypted'>;

/** The password of a mailbox as this process can read it: it has none, or it is this, or no key opens it. */
export type OpenedPassword =
  { readonly kind: 'none' | 'unreadable' } | { readonly kind: 'kept'; readonly password: string };

/** Opens the password of a mailbox. */
export function openPassword(
  vault: Pick<Vault, 'open'>,
  { accountId, id: mailboxId, smtpPasswordEncrypted: sealed }: WithPassword,
): OpenedPassword {
  if (sealed === null) return { kind: 'none' };
  const password = vault.open(sealed, { accountId, mailboxId });
  return password === undefined ? { kind: 'unreadable' } : { kind: 'kept', password };
}
