import { z } from 'zod';
import { listAbsences as read } from '../../../db/queries/user-absences.js';
import { findUser } from '../../../db/queries/users.js';
import { maxAbsences } from '../../../usecases/people/change-absences.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { absenceReply, showAbsence } from '../../shapes/absence.js';
import { referenceParams } from '../../shapes/common.js';

export const listAbsences = defineEndpoint({
  method: 'GET',
  path: '/v1/users/{id}/absences',
  operationId: 'listAbsences',
  summary: 'List the leaves of a user',
  description: 'All of them, the first first.',
  tag: 'users',
  scope: 'read',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: z.object({ results: z.array(absenceReply) }).meta({ id: 'AbsenceList' }) },
  refusals: ['NOT_FOUND'],
  handler: async ({ tx, accountId, params }) => {
    const user = await findUser(tx, accountId, { named: params.id });
    if (user === undefined) return refuseUnknown('user');
    const absences = await read(tx, accountId, user.id, maxAbsences);
    return { status: 200, body: { results: absences.map(showAbsence) } };
  },
});
