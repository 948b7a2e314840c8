import { z } from 'zod';
import { findContact } from '../../../db/queries/contacts.js';
import { readEnrollment, type EnrollmentRecord } from '../../../db/queries/enrollments/save.js';
import { findLiveEnrollment } from '../../../db/queries/enrollments/list.js';
import { claimEvent, noteEffects } from '../../../db/queries/events.js';
import type { EventEffect } from '../../../domain/enrollment/log.js';
import type { Instant } from '../../../domain/time/types.js';
import { enrollmentStates, isLive } from '../../../domain/enrollment/state.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { jsonDigest } from '../../http/json-text.js';
import { keepOpen } from '../../../usecases/contact/keep-open.js';
import { pauseByEvent } from '../../../usecases/enrollment/pause-by-event.js';
import { refuse, refuseUnknown } from '../../../usecases/refusal.js';
import { instantInput, instantShape, lineShape, referenceShape } from '../../shapes/common.js';
import { stopByEvent } from '../../../usecases/enrollment/stop-by-event.js';

const common = {
  id: lineShape(200).meta({ description: "The caller's own id; one id has one effect." }),
  occurredAt: instantInput.optional().meta({ description: 'Now without it.' }),
  enrollmentId: z.uuid().optional(),
  contact: referenceShape.optional(),
};

const eventInput = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('reply'), ...common }),
    z.strictObject({
      type: z.literal('meeting'),
      ...common,
      via: z.enum(['link', 'logged']).default('logged').meta({
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

const eventReply = z
  .object({
    id: z.string(),
    type: z.enum(['reply', 'meeting', 'out_of_office', 'open']),
    occurredAt: instantShape,
    receivedAt: instantShape,
    effects: z
      .array(
        z.object({
          enrollmentId: z.uuid(),
          state: z.enum(enrollmentStates),
          reason: z.string(),
          until: instantShape.optional().meta({ description: 'When a pause ends by itself.' }),
        }),
      )
      .meta({
        description:
          'The enrollments that it ended or paused; none when the contact was in none, or a person had paused it.',
      }),
  })
  .meta({ id: 'Event' });

export const reportEvent = defineEndpoint({
  method: 'POST',
  path: '/v1/events',
  summary: 'Report a reply, a meeting, an absence or an open',
  description:
    'A reply or a meeting ends the enrollment it is about; `out_of_office`, an automatic answer, is no reply and pauses it until the return that it names, unless a person has paused it. From this answer on nothing is sent. An `open` changes no enrollment, may come for one that has ended or a contact in none, and is kept for the send times of sequences with `sendTime: from_opens`. Repeating an event changes nothing and is answered as the first time.',
  tag: 'events',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: eventInput,
  replies: { 200: eventReply },
  refusals: ['NOT_FOUND', 'ENROLLMENT_ENDED', 'CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    const event = {
      accountId,
      id: body.id,
      type: body.type,
      digest: jsonDigest(body),
      occurredAt: body.occurredAt ?? now,
      receivedAt: now,
    };
    const earlier = await claimEvent(tx, event);
    if (earlier) {
      if (earlier.digest === event.digest) return { status: 200, body: shown(earlier) };
      return refuse('CONFLICT', 'Another event was reported under this id; give each its own.');
    }
    const effects = await takeEffect(call, body, event.occurredAt);
    if (effects.length > 0) await noteEffects(tx, event, effects);
    return { status: 200, body: shown({ ...event, effects }) };
  },
});

type EventBody = z.output<typeof eventInput>;
type EnrollmentEvent = Exclude<EventBody, { readonly type: 'open' }>;

async function takeEffect(
  call: CallContext,
  body: EventBody,
  occurredAt: Instant,
): Promise<readonly EventEffect[]> {
  if (body.type === 'open') {
    const { id, automatic, enrollmentId, contact } = body;
    await keepOpen(call, { id, openedAt: occurredAt, automatic, enrollmentId, contact });
    return [];
  }
  const own = await findTarget(call, body);
  return own ? stopOrPause(call, own, body) : [];
}

function stopOrPause(
  call: CallContext,
  own: EnrollmentRecord,
  body: EnrollmentEvent,
): Promise<readonly EventEffect[]> {
  const { id } = body;
  switch (body.type) {
    case 'out_of_office':
      return pauseByEvent(call, own.row.id, { id, returnAt: body.returnAt });
    case 'meeting':
      return stopByEvent(call, own, { id, type: body.type, via: body.via });
    case 'reply':
      return stopByEvent(call, own, { id, type: body.type, via: 'logged' });
  }
}

/** The enrollment that an event is about: the one it names, which must be live, or the contact's live one if any. */
async function findTarget(
  { tx, accountId, actingUser }: CallContext,
  body: EnrollmentEvent,
): Promise<EnrollmentRecord | undefined> {
  if (body.contact) {
    const contact = await findContact(tx, accountId, body.contact);
    if (contact === undefined) return refuseUnknown('contact', '/contact');
    const live = await findLiveEnrollment(tx, accountId, contact.id, null);
    return live && readEnrollment(tx, accountId, live.id, null);
  }
  const named = await readEnrollment(tx, accountId, body.enrollmentId ?? '', actingUser);
  if (named === undefined) return refuseUnknown('enrollment', '/enrollmentId');
  if (!isLive(named.standing.state)) {
    return refuse('ENROLLMENT_ENDED', 'The enrollment has ended; there is nothing left to stop.');
  }
  return named;
}

function shown(event: {
  readonly id: string;
  readonly type: z.input<typeof eventReply>['type'];
  readonly occurredAt: string;
  readonly receivedAt: string;
  readonly effects: readonly z.input<typeof eventReply>['effects'][number][];
}): z.input<typeof eventReply> {
  return { ...event, effects: [...event.effects] };
}
