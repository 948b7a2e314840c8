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
  /** How often an activity of an enrollment may fail in a row, within seconds, before its run hears of it; from 1. */
  readonly quickTries: number;
  /** Whether Temporal can be told anything now. */
  readonly temporalAnswers: () => Promise<boolean>;
  /** What use cases ask of the world. */
  readonly ports: Ports;
  readonly logger: Logger;
}
