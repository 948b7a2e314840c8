import { asc, eq, inArray } from 'drizzle-orm';
import type { Db, Tx } from '../../src/db/client.js';
import type { LogRow } from '../../src/db/queries/log.js';
import type { EmailSendRow } from '../../src/db/queries/email-sends.js';
import { emailSends, enrollments, logEntries, tasks } from '../../src/db/schema/index.js';

/** All that Postgres says of one enrollment. */
export interface EnrollmentRecords {
  readonly row: typeof enrollments.$inferSelect;
  /** The log, in its order. */
  readonly log: readonly LogRow[];
  /** The ledger by step. */
  readonly sends: ReadonlyMap<string, EmailSendRow>;
  readonly tasks: readonly (typeof tasks.$inferSelect)[];
}

/** Reads what Postgres says of these enrollments at one moment, in their order. */
export function readRecords(
  db: Db,
  enrollmentIds: readonly string[],
): Promise<readonly EnrollmentRecords[]> {
  return db.transaction((tx) => read(tx, [...enrollmentIds]), {
    accessMode: 'read only',
    isolationLevel: 'repeatable read',
  });
}

async function read(db: Tx, ids: readonly string[]): Promise<readonly EnrollmentRecords[]> {
  const rows = await db
    .select()
    .from(enrollments)
    .where(inArray(enrollments.id, [...ids]));
  const log = await db
    .select()
    .from(logEntries)
    .where(inArray(logEntries.subjectId, [...ids]))
    .orderBy(asc(logEntries.number));
  const sends = await db
    .select()
    .from(emailSends)
    .where(inArray(emailSends.enrollmentId, [...ids]));
  const made = await db
    .select()
    .from(tasks)
    .where(inArray(tasks.enrollmentId, [...ids]));
  return ids.map((id) => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`no enrollment ${id}`);
    return {
      row,
      log: log.filter((entry) => entry.subjectId === id),
      sends: new Map(
        sends.filter((send) => send.enrollmentId === id).map((send) => [send.stepId, send]),
      ),
      tasks: made.filter((task) => task.enrollmentId === id),
    };
  });
}

export async function readRecord(db: Db, enrollmentId: string): Promise<EnrollmentRecords> {
  const [records] = await readRecords(db, [enrollmentId]);
  if (records === undefined) throw new Error(`no enrollment ${enrollmentId}`);
  return records;
}

/** The ledger of a whole account. */
export function readLedger(db: Db, accountId: string): Promise<readonly EmailSendRow[]> {
  return db.select().from(emailSends).where(eq(emailSends.accountId, accountId));
}

/** The types of a log's entries, each with its step: `email_sent two`, `unenrolled two`. */
export function lines(log: readonly LogRow[]): readonly string[] {
  return log.map(({ type, stepId }) => (stepId === null ? type : `${type} ${stepId}`));
}
