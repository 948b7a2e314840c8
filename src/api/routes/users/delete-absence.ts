import { removeAbsence } from '../../../usecases/people/change-absences.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { absenceParams, absenceTakenReply } from '../../shapes/absence.js';

export const deleteAbsence = defineEndpoint({
  method: 'DELETE',
  path: '/v1/users/{id}/absences/{absenceId}',
  operationId: 'deleteAbsence',
  summary: 'Take a leave away',
  description:
    'What it held runs when it would have without it, and what is overdue as soon as it may; emails go through the send slots.',
  tag: 'users',
  scope: 'write',
  actingUser: 'optional',
  params: absenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: absenceTakenReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { id, absenceId } = call.params;
    return { status: 200, body: { rescheduled: await removeAbsence(call, id, absenceId) } };
  },
});
