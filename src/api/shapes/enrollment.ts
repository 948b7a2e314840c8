import { z } from 'zod';
import type { EnrollmentListing } from '../../db/queries/enrollments/list.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import { progresses, progressOf, type StepHistory } from '../../domain/enrollment/step-progress.js';
import { statusOf } from '../../domain/enrollment/status.js';
import { stepKinds } from '../../domain/sequence/step.js';
import { idShape, instantShape, referenceShape } from './common.js';
import { reasonReply, whyShape } from './log-parts.js';
import { showSource, sourceReply } from './source.js';
import { enrollmentChoices, overridesShape } from './enrollment-choices.js';

export const enrollmentInput = enrollmentChoices
  .extend({ sequenceId: idShape, contact: referenceShape })
  .meta({ id: 'EnrollmentInput' });

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
    source: sourceReply,
    bulkId: z.uuid().nullable().meta({ description: 'The bulk enrollment that it came with.' }),
    startStepId: z.string().nullable().meta({
      description: 'The step that it was to begin at; null for the first.',
    }),
    firstStepAt: instantShape
      .nullable()
      .meta({ description: 'When the first step was to run; null for at once.' }),
    state: z.enum(enrollmentStates),
    reason: reasonReply.nullable(),
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
    uncertainSteps: z.array(z.string()).meta({
      description:
        'The steps whose email may have arrived, although the mail server’s answer was never seen: look into the mailbox.',
    }),
    enrolledAt: instantShape,
    changedAt: instantShape,
    endedAt: instantShape.nullable(),
    runUrl: z.string().meta({ description: 'The run in the Temporal UI.' }),
  })
  .meta({ id: 'Enrollment' });

/** An enrollment as the API shows it. */
export function showEnrollment(
  { row, definition, uncertainSteps }: EnrollmentListing,
  runUrl: (enrollmentId: string) => string,
): z.input<typeof enrollmentReply> {
  const current = { standing: row, definition, timeZone: row.timeZone, openTasks: [] };
  const { step, nextAt, why } = statusOf(current);
  return {
    ...row,
    source: showSource(row),
    currentStep: step,
    nextAction: step && nextAt ? { step, at: nextAt, why: [...row.why] } : null,
    explanation: why,
    uncertainSteps: [...uncertainSteps],
    runUrl: runUrl(row.id),
  };
}

const stepProgress = stepShape.extend({
  delayDays: z.int(),
  progress: z.enum(progresses).meta({
    description:
      '`next` runs next, or its task is awaited; `uncertain` is left, and its email may have arrived; `before_start` and `not_run` never will run.',
  }),
});

/** One enrollment with everything that it runs. */
export const enrollmentDetailReply = enrollmentReply
  .extend({
    overrides: overridesShape
      .nullable()
      .meta({ description: 'What it has otherwise than its sequence; null for nothing.' }),
    steps: z.array(stepProgress).meta({ description: 'The steps of its version, in order.' }),
  })
  .meta({ id: 'EnrollmentDetail' });

/** An enrollment with its overrides and how each step stands; `history` says what has become of steps. */
export function showEnrollmentDetail(
  listing: EnrollmentListing,
  history: StepHistory,
  runUrl: (enrollmentId: string) => string,
): z.input<typeof enrollmentDetailReply> {
  const { row, definition, uncertainSteps } = listing;
  return {
    ...showEnrollment(listing, runUrl),
    overrides: row.overrides,
    steps: progressOf(definition, { ...row, history, uncertainSteps }).map((step) => ({ ...step })),
  };
}
