import type { WorkflowGateway } from '../contract/gateway.js';
import type { Db } from '../db/client.js';
import type { MailTransport } from '../mail/outgoing/port.js';
import type { Logger } from 'pino';

/** What the activities are built from. */
export interface ActivityDeps {
  readonly db: Db;
  readonly transport: MailTransport;
  /** Opens a mailbox's sealed password. */
  readonly openSecret: (sealed: string) => string;
  /** Makes Message-IDs unforgeable; at least 16 bytes. */
  readonly messageIdKey: string;
  /** How long a send may go without a sign of life before another attempt may judge it. */
  readonly sendLeaseMs: number;
  /** The longest silence of a mail server that is waited for. */
  readonly smtpIdleMs: number;
  /** Delivers what the outbox holds for a target to its run. */
  readonly deliver: WorkflowGateway['deliver'];
  readonly temporalAnswers: () => Promise<boolean>;
  readonly logger: Logger;
}
