import { z } from 'zod';
import type { EnrollmentEventRow, EnrollmentListing } from '../../db/queries/enrollments.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import { statusOf } from '../../domain/enrollment/status.js';
import { stepKinds } from '../../domain/sequence/step.js';
import { instantShape, lineShape, referenceShape, timeZoneShape } from './common.js';

export const enrollmentInput = z
  .strictObject({
    sequenceId: z.uuid(),
    contact: referenceShape,
    sender: referenceShape
      .optional()
      .meta({ description: 'Whose mailbox sends; the acting user without it.' }),
    mailboxId: z.uuid().optional().meta({
      description: "The sender's mailbox; without it their first connected personal one.",
    }),
    timeZone: timeZoneShape
      .optional()
      .meta({ description: "Where all steps run; without it the sender's zone." }),
    useContactTimeZone: z.boolean().optional().meta({
      description:
        "Run in the contact's zone; the sender's where the contact has none. Without it as the sequence says.",
    }),
    taskAssignee: referenceShape
      .optional()
      .meta({ description: 'Who gets the tasks; the acting user without it.' }),
    source: lineShape(100)
      .default('api')
      .meta({ description: 'Where the contact was enrolled from, such as `list` or `record`.' }),
    onLimit: z.enum(['refuse', 'defer']).default('refuse').meta({
      description:
        'When the mailbox or the sender has no sending budget left in the rolling 24 hours: refuse with SEND_LIMIT, or begin at the next free slot.',
    }),
  })
  .meta({ id: 'EnrollmentInput' });

export const whyShape = z
  .looseObject({ rule: z.string() })
  .meta({ id: 'Why', description: 'A rule that set or moved a time, with what it did.' });

const stepShape = z.object({
  id: z.string(),
  position: z.int(),
  kind: z.enum(stepKinds),
});

export const enrollmentReply = z
  .object({
    id: z.uuid(),
    sequenceId: z.uuid(),
    sequenceVersion: z.int(),
    contactId: z.uuid(),
    senderId: z.uuid(),
    mailboxId: z.uuid(),
    enrolledById: z.uuid(),
    taskAssigneeId: z.uuid(),
    timeZone: z.string(),
    source: z.string(),
    state: z.enum(enrollmentStates),
    reason: z.string().nullable(),
    currentStep: stepShape.nullable(),
    nextAction: z
      .object({ step: stepShape, at: instantShape, why: z.array(whyShape) })
      .nullable()
      .meta({ description: 'Null while it waits for a person, and when it has ended.' }),
    explanation: z.string().meta({ description: 'Why, and why not yet, in one sentence.' }),
    restMs: z
      .int()
      .nullable()
      .meta({ description: 'What a pause keeps of the delay, in milliseconds.' }),
    pausedUntil: instantShape
      .nullable()
      .meta({ description: 'When a pause ends by itself; null when it lasts until it is lifted.' }),
    enrolledAt: instantShape,
    changedAt: instantShape,
    endedAt: instantShape.nullable(),
    runUrl: z.string().meta({ description: 'The run in the Temporal UI.' }),
  })
  .meta({ id: 'Enrollment' });

/** An enrollment as the API shows it. */
export function showEnrollment(
  { row, definition }: EnrollmentListing,
  runUrl: (enrollmentId: string) => string,
): z.input<typeof enrollmentReply> {
  const current = { standing: row, definition, timeZone: row.timeZone, openTasks: [] };
  const { step, nextAt, why } = statusOf(current);
  return {
    ...row,
    currentStep: step,
    nextAction: step && nextAt ? { step, at: nextAt, why: [...row.why] } : null,
    explanation: why,
    runUrl: runUrl(row.id),
  };
}

export const timelineEntry = z
  .object({
    number: z.int().meta({ description: 'Counts the entries of one enrollment, without gaps.' }),
    at: instantShape,
    type: z.string(),
    stepId: z.string().nullable(),
    cause: z.looseObject({ kind: z.string() }),
    actor: z.looseObject({ kind: z.string() }),
    data: z.looseObject({}),
  })
  .meta({ id: 'TimelineEntry' });

/** One entry of an enrollment's log as the API shows it. */
export function showTimelineEntry(row: EnrollmentEventRow): z.input<typeof timelineEntry> {
  const { number, at, type, stepId, cause, actor, data } = row;
  return { number, at, type, stepId, cause: { ...cause }, actor: { ...actor }, data: { ...data } };
}
