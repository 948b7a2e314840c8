import { newId } from '../../../db/new-id.js';
import { countAbsences, insertAbsence } from '../../../db/queries/user-absences.js';
import {
  changeAbsences,
  maxAbsences,
  requireOwnOrAdmin,
} from '../../../usecases/people/change-absences.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuse } from '../../../usecases/refusal.js';
import { absenceInput, absenceMadeReply, showAbsence } from '../../shapes/absence.js';
import { referenceParams } from '../../shapes/common.js';
import { note } from '../../../usecases/log.js';

export const createAbsence = defineEndpoint({
  method: 'POST',
  path: '/v1/users/{id}/absences',
  summary: 'Note a leave of a user',
  description:
    'Whole days in the user’s zone. Emails that they send and tasks that they work wait for the return: emails for the first window after it, through the send slots; tasks in their order over as many business days as the leave has, at most five. The days of a leave count for a delay like any others. Users note their own, an admin everybody’s.',
  tag: 'users',
  scope: 'write',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: absenceInput,
  replies: { 201: absenceMadeReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED', 'LIMIT_REACHED'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const user = await requireOwnOrAdmin(call, params.id);
    if ((await countAbsences(tx, accountId, user.id)) >= maxAbsences) {
      return refuse(
        'LIMIT_REACHED',
        `A user has at most ${maxAbsences} leaves; take past ones away first.`,
      );
    }
    const absence = { ...body, accountId, id: newId(now), userId: user.id, createdAt: now };
    const rescheduled = await changeAbsences(call, user, () => insertAbsence(tx, absence));
    const { firstOn, lastOn } = absence;
    const data = { absenceId: absence.id, firstOn, lastOn, rescheduled };
    await note(call, { subject: 'user', id: user.id, type: 'absence_added', data });
    return {
      status: 201,
      body: { ...showAbsence(absence), rescheduled },
      headers: { location: `/v1/users/${user.id}/absences` },
    };
  },
});
