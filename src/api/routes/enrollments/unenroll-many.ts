import { z } from 'zod';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { namedShape } from '../../http/named.js';
import { idShape, referenceShape } from '../../shapes/common.js';
import {
  maxUnenrolledByIds,
  unenrollMany as unenroll,
} from '../../../usecases/enrollment/unenroll-many.js';

const input = z
  .strictObject({
    enrollmentIds: z
      .array(idShape)
      .min(1)
      .max(maxUnenrolledByIds)
      .optional()
      .meta({ description: `At most ${maxUnenrolledByIds}; each gets a result of its own.` }),
    sequenceId: idShape.optional(),
    companyId: namedShape('company').optional(),
    contact: referenceShape.optional(),
  })
  .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
    error: 'Name exactly one of enrollmentIds, sequenceId, companyId and contact.',
  })
  .meta({ id: 'UnenrollInput' });

const reply = z
  .object({
    unenrolled: z.int(),
    results: z
      .array(
        z.object({
          index: z.int(),
          enrollmentId: z.uuid(),
          status: z.enum(['unenrolled', 'ended_before', 'not_found']),
        }),
      )
      .optional()
      .meta({ description: 'One for each of `enrollmentIds`, in their order.' }),
  })
  .meta({ id: 'UnenrollResult' });

export const unenrollMany = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/unenroll',
  operationId: 'unenrollContacts',
  summary: 'Unenroll many',
  description:
    'Those that `enrollmentIds` names, those of a sequence, of the contacts of a company, or of one contact: nothing more is sent and open tasks are cancelled, from this answer on. Only what the acting user may know of is touched; anything else is answered like what does not exist.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  params: nothing,
  query: nothing,
  body: input,
  replies: { 200: reply },
  refusals: ['NOT_FOUND'],
  handler: async (call) => ({ status: 200, body: await unenroll(call, call.body) }),
});
