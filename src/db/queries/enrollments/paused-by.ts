import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { PausedBy } from '../../../domain/enrollment/paused-by.js';
import { isWidePause } from '../../../domain/enrollment/state.js';
import type { Tx } from '../../client.js';
import { logEntries, users } from '../../schema/index.js';
import { pausesOf, type NamedPause } from '../sending-pauses.js';
import type { EnrollmentRow } from './read.js';

type PausedRow = Pick<
  EnrollmentRow,
  'id' | 'sequenceId' | 'enrolledById' | 'state' | 'reason' | 'accountId'
>;

/**
 * Who paused each of these enrollments, and since when, by their ids; of one that its sequence or account holds, who paused
 * that. Those that are not paused are left out, and cost no query.
 */
export async function readPausedBy(
  tx: Tx,
  accountId: string,
  rows: readonly PausedRow[],
): Promise<ReadonlyMap<string, PausedBy>> {
  const paused = rows.filter(({ state }) => state === 'paused');
  if (paused.length === 0) return new Map();
  const reasons = new Map(paused.map(({ id, reason }) => [id, reason]));
  const own = await ownPauses(tx, accountId, paused);
  const found = new Map(
    own.map(([id, by]) => [id, reasons.get(id) === 'manual' ? by : { ...nobody, since: by.since }]),
  );
  const wide = paused.filter(({ reason }) => isWidePause(reason));
  if (wide.length === 0) return found;
  const sequenceIds = [...new Set(wide.map(({ sequenceId }) => sequenceId))];
  const pauses = await pausesOf(tx, accountId, sequenceIds);
  for (const row of wide) {
    const pause = pauses.find((each) => isUnder(row, each));
    if (pause !== undefined) found.set(row.id, byOf(pause));
  }
  return found;
}

/** Whoever reported what an enrollment pauses for by itself, did not pause it. */
const nobody = { kind: 'system', id: null, name: null } as const;

/** What the log says of the latest pause of each. */
async function ownPauses(
  tx: Tx,
  accountId: string,
  rows: readonly PausedRow[],
): Promise<readonly (readonly [string, PausedBy])[]> {
  const kind = sql<PausedBy['kind']>`${logEntries.actor} ->> 'kind'`;
  const actorId = sql<string | null>`${logEntries.actor} ->> 'id'`;
  const entries = await tx
    .selectDistinctOn([logEntries.subjectId], {
      enrollmentId: logEntries.subjectId,
      ...{ kind, id: actorId, name: users.name, since: logEntries.at },
    })
    .from(logEntries)
    .leftJoin(
      users,
      and(eq(users.accountId, logEntries.accountId), sql`${users.id}::text = ${actorId}`),
    )
    .where(
      and(
        eq(logEntries.accountId, accountId),
        inArray(
          logEntries.subjectId,
          rows.map(({ id }) => id),
        ),
        eq(logEntries.type, 'paused'),
      ),
    )
    .orderBy(logEntries.subjectId, desc(logEntries.number));
  return entries.map(({ enrollmentId, name, ...by }) => [
    enrollmentId,
    { ...by, name: name === '' ? null : name },
  ]);
}

function isUnder({ reason, sequenceId, enrolledById }: PausedRow, pause: NamedPause): boolean {
  if (reason === 'account_paused') return pause.sequenceId === null;
  if (pause.sequenceId !== sequenceId) return false;
  return pause.userId === null || pause.userId === enrolledById;
}

/** Who made a pause of many. */
export function byOf({ pausedById, pausedByName, pausedAt }: NamedPause): PausedBy {
  return {
    kind: pausedById === null ? 'api_key' : 'user',
    id: pausedById,
    name: pausedByName === '' ? null : pausedByName,
    since: pausedAt,
  };
}
