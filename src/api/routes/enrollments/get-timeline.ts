import { z } from 'zod';
import { readEnrollment } from '../../../db/queries/enrollments/read.js';
import { readTimeline } from '../../../db/queries/enrollments/list.js';
import type { Tx } from '../../../db/client.js';
import type { LogRow } from '../../../db/queries/log.js';
import { completionNotes } from '../../../db/queries/tasks.js';
import { harmlessHtml } from '../../../html/render-safely.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTimelineEntry, timelineEntry } from '../../shapes/timeline.js';

const position = z.strictObject({ number: z.string().regex(/^\d{1,9}$/) });

export const getTimeline = defineEndpoint({
  method: 'GET',
  path: '/v1/enrollments/{id}/timeline',
  operationId: 'getEnrollmentTimeline',
  summary: 'Read the whole history of an enrollment',
  description:
    'Every change in its order: when, what, by whom, through what, and what was planned next and why.',
  tag: 'enrollments',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: pageQuery,
  body: nothing,
  replies: { 200: pageOf(timelineEntry).meta({ id: 'Timeline' }) },
  refusals: ['NOT_FOUND', 'INVALID_CURSOR'],
  handler: async ({ tx, accountId, actingUser, params, query }) => {
    const enrollmentId = params.id;
    if ((await readEnrollment(tx, accountId, enrollmentId, actingUser)) === undefined) {
      return refuseUnknown('enrollment');
    }
    const identity = { accountId, list: 'timeline', query: { enrollmentId } };
    const page = await readPage({
      ...{ identity, limit: query.limit, rowsAtOnce: 25 },
      after: readCursor(position, identity, query.after),
      read: async (limit, after) => {
        const of = { accountId, enrollmentId };
        return withNotes(
          tx,
          await readTimeline(tx, of, { limit, after: Number(after?.number ?? 0) }),
        );
      },
      positionOf: ({ number }) => ({ number: String(number) }),
      show: showTimelineEntry,
    });
    return { status: 200, body: page };
  },
});

/** The log has nobody's texts: what was noted with a task stands with the task. */
async function withNotes(tx: Tx, rows: readonly LogRow[]): Promise<readonly LogRow[]> {
  const noted = rows.filter(({ data }) => data.hasNote === true);
  const [first] = noted;
  if (first === undefined) return rows;
  const taskIds = noted.flatMap(({ data: { taskId } }) => (taskId === undefined ? [] : [taskId]));
  const notes = await completionNotes(tx, first.accountId, taskIds);
  return rows.map((row) => {
    const note = notes.get(row.data.hasNote === true ? (row.data.taskId ?? '') : '');
    return note === undefined ? row : { ...row, data: { ...row.data, note: harmlessHtml(note) } };
  });
}
