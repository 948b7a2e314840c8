import { createAbsence as create } from '../../../usecases/people/change-absences.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { absenceInput, absenceMadeReply, showAbsence } from '../../shapes/absence.js';
import { referenceParams } from '../../shapes/common.js';

export const createAbsence = defineEndpoint({
  method: 'POST',
  path: '/v1/users/{id}/absences',
  operationId: 'createAbsence',
  summary: 'Note a leave of a user',
  description:
    'Whole days in the user’s zone. Emails that they send and tasks that they work wait for the return: emails for the first window after it, through the send slots; tasks in their order over as many business days as the leave has, at most five. The days of a leave count for a delay like any others. Users note their own, an admin everybody’s, with a key of the scope `admin`.',
  tag: 'users',
  scope: 'write',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: absenceInput,
  replies: { 201: absenceMadeReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED', 'LIMIT_REACHED'],
  handler: async (call) => {
    const { absence, rescheduled } = await create(call, call.params.id, call.body);
    return {
      status: 201,
      body: { ...showAbsence(absence), rescheduled },
      headers: { location: `/v1/users/${absence.userId}/absences` },
    };
  },
});
