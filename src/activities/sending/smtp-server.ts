import type { Mailbox } from '../../db/queries/mailboxes.js';
import type { SmtpServer } from '../../mail/outgoing/port.js';
import { openPassword } from '../../usecases/people/mailbox-password.js';
import type { ActivityDeps } from '../deps.js';

/** The server that a mailbox sends through, with its password; undefined when none of this worker's keys opens that. */
export function serverOf(
  { ports, logger }: Pick<ActivityDeps, 'ports' | 'logger'>,
  mailbox: Mailbox,
): SmtpServer | undefined {
  const { accountId, id: mailboxId, smtpHost, smtpPort, smtpSecurity, smtpUsername } = mailbox;
  const opened = openPassword(ports.vault, mailbox);
  if (opened.kind === 'unreadable') {
    logger.warn({ accountId, mailboxId }, 'none of the keys opens the password of a mailbox');
    return undefined;
  }
  return {
    host: smtpHost,
    port: smtpPort,
    security: smtpSecurity,
    ...(smtpUsername === null ? {} : { username: smtpUsername }),
    ...(opened.kind === 'kept' && { password: opened.password }),
  };
}
