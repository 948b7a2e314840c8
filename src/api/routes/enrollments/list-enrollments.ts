import { z } from 'zod';
import { listEnrollments as readEnrollments } from '../../../db/queries/enrollments/list.js';
import { enrollmentReasons, enrollmentStates } from '../../../domain/enrollment/state.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { namedShape } from '../../http/named.js';
import { idShape, instantInput, instantShape, lineShape } from '../../shapes/common.js';
import { readPausedBy } from '../../../db/queries/enrollments/paused-by.js';
import { enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';
import { knownKinds } from '../../shapes/source.js';

const position = z.strictObject({ at: instantShape, id: z.uuid() });

const query = pageQuery.extend({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(enrollmentStates)).max(enrollmentStates.length))
    .optional()
    .meta({
      description: `One state, or several with commas between: ${enrollmentStates.join(', ')}.`,
    }),
  reason: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(enrollmentReasons)).max(enrollmentReasons.length))
    .optional()
    .meta({
      description: `One reason, or several with commas between: ${enrollmentReasons.join(', ')}.`,
    }),
  sequenceId: idShape.optional(),
  contactId: namedShape('contact').optional(),
  senderId: namedShape('user').optional(),
  sourceKind: z.enum(knownKinds).optional().meta({
    description: 'Where they were enrolled from; `other` for texts of earlier releases.',
  }),
  sourceId: lineShape(255).optional().meta({ description: 'Which one of that kind.' }),
  'updatedAt[gte]': instantInput.optional(),
  'updatedAt[lte]': instantInput.optional(),
  sort: z.enum(['updatedAt', '-updatedAt']).default('-updatedAt'),
});

export const listEnrollments = defineEndpoint({
  method: 'GET',
  path: '/v1/enrollments',
  operationId: 'listEnrollments',
  summary: 'List enrollments',
  description:
    'By the latest change, newest first unless `sort=updatedAt`. An acting user gets those of sequences that they may see, and those that they enrolled, send for or have the tasks of.',
  tag: 'enrollments',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query,
  body: nothing,
  replies: { 200: pageOf(enrollmentReply).meta({ id: 'EnrollmentPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, actingUser, query: asked, ports }) => {
    const { limit, after, sort, ...filters } = asked;
    const identity = { accountId, list: 'enrollments', query: { sort, ...filters } };
    const from = readCursor(position, identity, after);
    const {
      'updatedAt[gte]': changedFrom,
      'updatedAt[lte]': changedUntil,
      state,
      reason,
      ...ids
    } = filters;
    const rows = await readEnrollments(
      tx,
      accountId,
      { ...ids, viewer: actingUser, states: state, reasons: reason, changedFrom, changedUntil },
      { limit: limit + 1, ascending: sort === 'updatedAt', after: from },
    );
    const page = cutPage(rows, limit, identity, ({ row }) => ({ at: row.changedAt, id: row.id }));
    const pausedBy = await readPausedBy(
      tx,
      accountId,
      page.rows.map(({ row }) => row),
    );
    const results = page.rows.map((listing) =>
      showEnrollment(listing, ports.workflows.runUrl, pausedBy.get(listing.row.id)),
    );
    return { status: 200, body: { results, paging: page.paging } };
  },
});
