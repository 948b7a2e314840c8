import type { BulkRef } from '../contract/bulk.js';
import type { EnrollmentRef, OutboxItem } from '../contract/gateway.js';
import type { TaskEmailRef } from '../contract/task-email.js';
import type { Db } from '../db/client.js';
import type { MailTransport } from '../mail/outgoing/port.js';
import type { Logger } from 'pino';
import type { Ports } from '../usecases/ports.js';

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
  /** Delivers what the outbox holds for one enrollment to its workflow. Whoever knows its start may pass it on. */
  readonly deliver: (ref: EnrollmentRef, start?: OutboxItem) => Promise<'delivered' | 'pending'>;
  /** Starts the workflow of a bulk enrollment, if that is yet to be done. */
  readonly deliverBulk: (ref: BulkRef) => Promise<'delivered' | 'pending'>;
  /** Starts the workflow of the email of a task, if that is yet to be done. */
  readonly deliverTaskEmail: (ref: TaskEmailRef) => Promise<'delivered' | 'pending'>;
  /** What use cases ask of the world. */
  readonly ports: Ports;
  readonly logger: Logger;
}
