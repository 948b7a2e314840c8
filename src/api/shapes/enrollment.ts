import { z } from 'zod';
import type { EnrollmentListing } from '../../db/queries/enrollments/list.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import { progresses, progressOf, type StepHistory } from '../../domain/enrollment/step-progress.js';
import type { PausedBy } from '../../domain/enrollment/paused-by.js';
import { statusOf } from '../../domain/enrollment/status.js';
import { stepKinds } from '../../domain/sequence/step.js';
import { idShape, instantShape, referenceShape } from './common.js';
import { reasonReply, whyShape } from './log-parts.js';
import { pausedByShape, showPausedBy } from './pauses.js';
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
    pausedBy: pausedByShape.nullable().meta({
      description:
        'Who paused it, its sequence or the account; null when it is not paused, and where nobody knows any more.',
    }),
    pausedSince: instantShape.nullable().meta({ description: 'When they did.' }),
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
  pausedBy?: PausedBy,
): z.input<typeof enrollmentReply> {
  const current = { standing: row, definition, timeZone: row.timeZone, pausedBy };
  const { step, nextAt, why } = statusOf(current);
  const isPaused = row.state === 'paused';
  return {
    ...row,
    source: showSource(row),
    currentStep: step,
    nextAction: step && nextAt ? { step, at: nextAt, why: [...row.why] } : null,
    explanation: why,
    pausedBy: isPaused && pausedBy ? showPausedBy(pausedBy) : null,
    pausedSince: (isPaused && pausedBy?.since) || null,
    uncertainSteps: [...uncertainSteps],
    runUrl: runUrl(row.id),
  };
}

const stepProgress = stepShape.extend({
  delayDays: z.int(),
  emailId: z.uuid().nullable().meta({
    description: 'Its email, once that was rendered: read it at `/v1/emails/{id}`.',
  }),
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

/** What has become of the steps of an enrollment, and their emails by step. */
export interface StepsSoFar {
  readonly history: StepHistory;
  readonly emailIds: ReadonlyMap<string, string>;
}

/** An enrollment with its overrides and how each step stands. */
export function showEnrollmentDetail(
  listing: EnrollmentListing,
  { history, emailIds }: StepsSoFar,
  runUrl: (enrollmentId: string) => string,
  pausedBy?: PausedBy,
): z.input<typeof enrollmentDetailReply> {
  const { row, definition, uncertainSteps } = listing;
  const steps = progressOf(definition, { ...row, history, uncertainSteps });
  return {
    ...showEnrollment(listing, runUrl, pausedBy),
    overrides: row.overrides,
    steps: steps.map((step) => ({ ...step, emailId: emailIds.get(step.id) ?? null })),
  };
}
