import type { Db } from '../db/client.js';
import type { DatabaseClock } from '../db/clock.js';
import type { MessageIdKeys } from '../domain/message/message-id.js';
import type { MailTransport } from '../mail/outgoing/port.js';
import type { Logger } from 'pino';
import type { Ports } from '../usecases/ports.js';
import type { BatchPlaces, MailPlaces } from './places.js';

/** What the activities are built from. */
export interface ActivityDeps {
  readonly db: Db;
  readonly transport: MailTransport;
  /** Make Message-IDs unforgeable. */
  readonly messageIdKeys: MessageIdKeys;
  /** How long a send may go without a sign of life before another attempt may judge it. */
  readonly sendLeaseMs: number;
  /** How long a mail server may take until it is ready for a message. */
  readonly smtpReadyMs: number;
  /** How long it may take from the first byte of the message to its answer. */
  readonly smtpAcceptMs: number;
  /** For how many days the text of a mail is kept after it was settled; from 1. */
  readonly keepTextsDays: number;
  /** Which mails of this process may be sent at once. */
  readonly mailPlaces: MailPlaces;
  /** Which batches of contacts this process may enroll of at once. */
  readonly batchPlaces: BatchPlaces;
  /** The time by Postgres' clock. */
  readonly clock: DatabaseClock;
  /** How far Temporal's clock may be ahead of that; a workflow that is further ahead has had its time skipped. */
  readonly clocksApartMs: number;
  /** How often an activity of an enrollment may fail in a row, within seconds, before its run hears of it; from 1. */
  readonly quickTries: number;
  /** Whether Temporal can be told anything now. */
  readonly temporalAnswers: () => Promise<boolean>;
  /** What use cases ask of the world. */
  readonly ports: Ports;
  readonly logger: Logger;
}
