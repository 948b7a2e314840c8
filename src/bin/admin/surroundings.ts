import { createVault } from '../../config/vault.js';
import { createOutgoingGuard, type OutgoingRules } from '../../net/outgoing-guard.js';
import type { MailboxPorts } from '../../usecases/people/write-mailbox.js';

/** What a command finds where it runs, besides the database. */
export interface Surroundings {
  /** Says which encryption keys there are, the newest first. */
  readonly encryptionKeys: () => Promise<readonly Buffer[]>;
  /** Asks for the password of a mail server. */
  readonly smtpPassword: () => Promise<string>;
  /** Where mail may go, as the API has it. */
  readonly outgoing: OutgoingRules;
  /** Where the API is, without a slash at its end. */
  readonly apiUrl: string;
  /** The mail server of the `npm start` that is running; it delivers nothing. */
  readonly localMail?: { readonly host: string; readonly port: number } | undefined;
}

export const shownOnce = 'Keep the key: it cannot be shown again.';

/** What making a mailbox needs, with the same answers as the API gives. */
export async function portsOf({ encryptionKeys, outgoing }: Surroundings): Promise<MailboxPorts> {
  return { vault: createVault(await encryptionKeys()), outgoing: createOutgoingGuard(outgoing) };
}
