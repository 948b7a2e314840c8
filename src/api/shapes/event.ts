import { z } from 'zod';
import { eventTypes } from '../../db/schema/events.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import type { NotedEvent } from '../../usecases/inbound/report-event.js';
import { instantShape } from './common.js';
import { reasonReply } from './log-parts.js';

export const eventType = z.enum(eventTypes);

export const eventReply = z
  .object({
    id: z.string(),
    type: eventType,
    occurredAt: instantShape,
    receivedAt: instantShape,
    contactId: z.uuid().nullable().meta({
      description: 'Whom it is about; null of one that an earlier release kept.',
    }),
    enrollmentId: z.uuid().nullable().meta({
      description:
        'The enrollment that it was told of, or in whose timeline it stands, if the caller may know of it.',
    }),
    effects: z
      .array(
        z.object({
          enrollmentId: z.uuid(),
          state: z.enum(enrollmentStates),
          reason: reasonReply,
          until: instantShape.optional().meta({ description: 'When a pause ends by itself.' }),
        }),
      )
      .meta({
        description:
          'The enrollments that it ended or paused and that the caller may know of; none when the contact was in none, or a person had paused it.',
      }),
  })
  .meta({ id: 'Event' });

/** A reported event as the API shows it. */
export function showEvent({ effects, ...event }: NotedEvent): z.input<typeof eventReply> {
  return { ...event, effects: [...effects] };
}
