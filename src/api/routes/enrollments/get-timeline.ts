import { z } from 'zod';
import { readEnrollment } from '../../../db/queries/enrollments/read.js';
import { readTimeline } from '../../../db/queries/enrollments/list.js';
import type { LogRow } from '../../../db/queries/log.js';
import { completionNotes } from '../../../db/queries/tasks.js';
import { harmlessHtml } from '../../../html/render-safely.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTimelineEntry, timelineEntry } from '../../shapes/enrollment.js';

const position = z.strictObject({ number: z.string().regex(/^\d{1,9}$/) });

export const getTimeline = defineEndpoint({
  method: 'GET',
  path: '/v1/enrollments/{id}/timeline',
  summary: 'Read the whole history of an enrollment',
  description:
    'Every change in its order: when, what, by whom, through what, and what was planned next and why.',
  tag: 'enrollments',
  scope: 'read',
  actingUser: 'optional',
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
    const after = Number(readCursor(position, identity, query.after)?.number ?? 0);
    const rows = await readTimeline(
      tx,
      { accountId, enrollmentId },
      { limit: query.limit + 1, after },
    );
    const page = cutPage(rows, query.limit, identity, ({ number }) => ({ number: String(number) }));
    const noted = page.rows.flatMap(({ data }) =>
      data.hasNote === true && data.taskId !== undefined ? [data.taskId] : [],
    );
    const notes = await completionNotes(tx, accountId, noted);
    const results = page.rows.map((row) => showTimelineEntry(withNote(row, notes)));
    return { status: 200, body: { results, paging: page.paging } };
  },
});

/** The log has nobody's texts: what was noted with a task stands with the task. */
function withNote(row: LogRow, notes: ReadonlyMap<string, string>): LogRow {
  const note = notes.get(row.data.hasNote === true ? (row.data.taskId ?? '') : '');
  return note === undefined ? row : { ...row, data: { ...row.data, note: harmlessHtml(note) } };
}
