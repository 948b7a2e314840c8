import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { PausedBy } from '../../../domain/enrollment/paused-by.js';
import { isLive, isWidePause } from '../../../domain/enrollment/state.js';
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
 * that, also where it was made since and has yet to find so. Those that nothing holds are left out; who has ended costs no
 * query.
 */
export async function readPausedBy(
  tx: Tx,
  accountId: string,
  rows: readonly PausedRow[],
): Promise<ReadonlyMap<string, PausedBy>> {
  const paused = rows.filter(({ state }) => state === 'paused');
  const reasons = new Map(paused.map(({ id, reason }) => [id, reason]));
  const own = paused.length === 0 ? [] : await ownPauses(tx, accountId, paused);
  const found = new Map(
    own.map(([id, by]) => [id, reasons.get(id) === 'manual' ? by : { ...nobody, since: by.since }]),
  );
  const wide = rows.filter(({ state, reason }) =>
    state === 'paused' ? isWidePause(reason) : isLive(state),
  );
  if (wide.length === 0) return found;
  const sequenceIds = [...new Set(wide.map(({ sequenceId }) => sequenceId))];
  const pauses = await pausesOf(tx, accountId, sequenceIds);
  for (const row of wide) {
    const under = pauses.filter((each) => isUnder(row, each));
    const pause = under.find(({ sequenceId }) => sequenceId === null) ?? under[0];
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

function isUnder(
  { state, reason, sequenceId, enrolledById }: PausedRow,
  pause: NamedPause,
): boolean {
  if (reason === 'account_paused') return pause.sequenceId === null;
  if (state !== 'paused' && pause.sequenceId === null) return true;
  if (pause.sequenceId !== sequenceId) return false;
  return pause.userId === null || pause.userId === enrolledById;
}

/** Who made a pause of many. */
export function byOf({ sequenceId, pausedById, pausedByName, pausedAt }: NamedPause): PausedBy {
  return {
    kind: pausedById === null ? 'api_key' : 'user',
    id: pausedById,
    name: pausedByName === '' ? null : pausedByName,
    since: pausedAt,
    wide: sequenceId === null ? 'account_paused' : 'sequence_paused',
  };
}
