import { z } from 'zod';
import { meetingOrigins } from '../../../domain/enrollment/stopping.js';
import { reportEvent as takeEvent } from '../../../usecases/inbound/report-event.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { jsonDigest } from '../../http/json-text.js';
import { idShape, instantInput, lineShape, referenceShape } from '../../shapes/common.js';
import { eventReply, showEvent } from '../../shapes/event.js';

const common = {
  id: lineShape(200).meta({ description: "The caller's own id; one id has one effect." }),
  occurredAt: instantInput.optional().meta({ description: 'Now without it.' }),
  enrollmentId: idShape.optional(),
  contact: referenceShape.optional(),
};

const eventInput = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('reply'), ...common }),
    z.strictObject({
      type: z.literal('meeting'),
      ...common,
      via: z.enum(meetingOrigins).default('logged').meta({
        description: 'Booked through a link in an email of the sequence, or logged by somebody.',
      }),
    }),
    z.strictObject({
      type: z.literal('out_of_office'),
      ...common,
      returnAt: instantInput.optional().meta({
        description: 'When the contact says to be back; without it five business days are taken.',
      }),
    }),
    z.strictObject({
      type: z.literal('open'),
      ...common,
      automatic: z.boolean().default(false).meta({
        description:
          'By a machine, such as a mail proxy that fetches images ahead: kept apart, and no send time is chosen by it.',
      }),
    }),
  ])
  .refine((event) => (event.enrollmentId === undefined) !== (event.contact === undefined), {
    error: 'Name either the enrollment (enrollmentId) or the contact.',
  })
  .meta({ id: 'EventInput' });

export const reportEvent = defineEndpoint({
  method: 'POST',
  path: '/v1/events',
  operationId: 'reportEvent',
  summary: 'Report a reply, a meeting, an absence or an open',
  description:
    'A reply or a meeting ends the enrollment it is about; `out_of_office`, an automatic answer, is no reply and pauses it until the return that it names, unless a person has paused it. From this answer on nothing is sent. A reply or a meeting after the end stands in the timeline of the enrollment that last wrote to the contact, and counts in filters. If the contact is in another enrollment by then, that one ends too. An address that was written to stands for the contact who had it then, unless something was sent for whoever has it now. What came about more than a minute before an enrollment began (`occurredAt`) leaves it as it is, except a meeting that is logged while the contact is enrolled. An `open` changes no enrollment, may come for one that has ended or a contact in none, and is kept for the send times of sequences with `sendTime: from_opens`. Repeating an event changes nothing and is answered as the first time. An acting user reports about enrollments that they may know of, and leaves others as they are; a key that names nobody reports about all. The scope `events` is for whoever only reports: such a key reads nothing, and is told of no effects.',
  tag: 'events',
  scope: 'events',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: eventInput,
  replies: { 200: eventReply },
  refusals: ['NOT_FOUND', 'CONFLICT'],
  handler: async (call) => {
    const { id, occurredAt, enrollmentId, contact, ...what } = call.body;
    const digest = jsonDigest(call.body);
    const event = { id, digest, occurredAt, enrollmentId, contact, what };
    return { status: 200, body: showEvent(await takeEvent(call, event)) };
  },
});
