import { deleteAbsence as remove } from '../../../db/queries/user-absences.js';
import { changeAbsences, requireOwnOrAdmin } from '../../../usecases/people/change-absences.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { absenceParams, absenceTakenReply } from '../../shapes/absence.js';
import { note } from '../../../usecases/log.js';

export const deleteAbsence = defineEndpoint({
  method: 'DELETE',
  path: '/v1/users/{id}/absences/{absenceId}',
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
    const { tx, accountId, params } = call;
    const user = await requireOwnOrAdmin(call, params.id);
    const rescheduled = await changeAbsences(call, user, async () => {
      const key = { userId: user.id, id: params.absenceId };
      if (!(await remove(tx, accountId, key))) refuseUnknown('absence');
    });
    const data = { absenceId: params.absenceId, rescheduled };
    await note(call, { subject: 'user', id: user.id, type: 'absence_removed', data });
    return { status: 200, body: { rescheduled } };
  },
});
