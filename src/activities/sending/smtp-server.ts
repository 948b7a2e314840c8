import type { Mailbox } from '../../db/queries/mailboxes.js';
import type { SmtpServer } from '../../mail/outgoing/port.js';
import type { ActivityDeps } from '../deps.js';

/** The server that a mailbox sends through, with the password opened. */
export function serverOf(deps: Pick<ActivityDeps, 'openSecret'>, mailbox: Mailbox): SmtpServer {
  const { smtpHost, smtpPort, smtpSecurity, smtpUsername, smtpPasswordEncrypted } = mailbox;
  return {
    host: smtpHost,
    port: smtpPort,
    security: smtpSecurity,
    ...(smtpUsername === null ? {} : { username: smtpUsername }),
    ...(smtpPasswordEncrypted === null ? {} : { password: deps.openSecret(smtpPasswordEncrypted) }),
  };
}
