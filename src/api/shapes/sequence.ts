import { z } from 'zod';
import type { Sequence } from '../../db/queries/sequences.js';
import {
  parentMissingPolicies,
  type SequenceDefinition,
} from '../../domain/sequence/definition.js';
import { stepKinds, taskPriorities, type Step } from '../../domain/sequence/step.js';
import { eligibleDays } from '../../domain/time/types.js';
import { idParams, instantShape } from './common.js';

const stepInput = z
  .strictObject({
    id: z
      .string()
      .optional()
      .meta({
        description: 'A slug, stable apart from the position; made up when it is left out.',
        examples: ['intro'],
      }),
    kind: z.enum(stepKinds),
    delayDays: z.number().optional().meta({
      description: 'Whole days after the step before it, 0–90. The first step has none.',
    }),
    email: z
      .strictObject({ subject: z.string().optional(), html: z.string() })
      .optional()
      .meta({ description: 'For automated_email, and as a draft for manual_email.' }),
    replyTo: z.string().optional().meta({
      description:
        'The id of an earlier step with an email, to answer it; without it a new thread.',
    }),
    title: z.string().optional().meta({ description: 'What the task is called.' }),
    notes: z.string().optional(),
    priority: z.enum(taskPriorities).optional(),
    queueId: z.uuid().optional().meta({ description: 'The task queue of its tasks.' }),
    waitsForCompletion: z.boolean().optional().meta({
      description: 'Whether the sequence waits for the task; it does unless this is false.',
    }),
  })
  .meta({ id: 'StepInput' });

const settingsInput = z
  .strictObject({
    eligibleFollowUpDays: z.enum(eligibleDays).optional(),
    sendWindowStartMinute: z.number().optional(),
    sendWindowEndMinute: z.number().optional(),
    taskCreationMinute: z.number().optional(),
    unenrollCompany: z.boolean().optional(),
    onParentMissing: z.enum(parentMissingPolicies).optional(),
    taskReminderMinute: z.number().nullable().optional().meta({
      description:
        'When the assignee of a new task is reminded of it by mail, or at once when that has passed; null for no mail.',
    }),
    holidayCalendarIds: z.array(z.uuid()).optional().meta({
      description: 'Their days are no business days for follow-ups, in any mode; at most 5.',
    }),
    useContactTimeZone: z.boolean().optional().meta({
      description: "Run in the contact's zone, unless the enrollment says otherwise.",
    }),
    campaignId: z.string().nullable().optional().meta({
      description: 'Your name for the marketing campaign that it belongs to; null for none.',
    }),
  })
  .meta({
    id: 'SequenceSettingsInput',
    description: 'None of it touches the first step. Minutes are minutes of the local day.',
  });

/** The form alone; the rules are the domain's, and are all checked at once. */
export const sequenceInput = z
  .strictObject({
    name: z.string(),
    steps: z.array(stepInput),
    settings: settingsInput.default({}),
  })
  .meta({ id: 'SequenceInput' });

export const copyInput = z
  .strictObject({
    name: z.string(),
    steps: z.array(stepInput).optional().meta({ description: 'Instead of those of the original.' }),
    settings: settingsInput.optional(),
  })
  .meta({ id: 'SequenceCopyInput' });

export const sequencePatch = z
  .strictObject({ name: z.string().optional(), settings: settingsInput.optional() })
  .meta({ id: 'SequencePatch' });

export const stepPatch = z
  .strictObject({
    delayDays: z.number().optional(),
    email: z
      .strictObject({ subject: z.string().optional(), html: z.string().optional() })
      .nullable()
      .optional(),
    replyTo: z.string().nullable().optional(),
    title: z.string().optional(),
    notes: z.string().optional(),
    priority: z.enum(taskPriorities).optional(),
    queueId: z.uuid().nullable().optional(),
    waitsForCompletion: z.boolean().optional(),
  })
  .meta({ id: 'StepPatch' });

export const stepOrder = z
  .strictObject({
    stepIds: z.array(z.string()).meta({ description: 'The id of every step, once.' }),
  })
  .meta({ id: 'StepOrder' });

/** The path parameters of a step. */
export const stepParams = idParams.extend({ stepId: z.string().min(1).max(64) });

const threadingReply = z.union([
  z.object({ kind: z.literal('new') }),
  z.object({ kind: z.literal('reply'), toStepId: z.string() }),
]);

const stepReply = z
  .object({
    id: z.string(),
    kind: z.enum(stepKinds),
    delayDays: z.int(),
    email: z.object({ subject: z.string(), html: z.string() }).optional(),
    threading: threadingReply.optional(),
    title: z.string().optional(),
    notes: z.string().optional(),
    priority: z.enum(taskPriorities).optional(),
    queueId: z.uuid().optional(),
    waitsForCompletion: z.boolean().optional(),
  })
  .meta({ id: 'Step' });

const settingsReply = z
  .object({
    eligibleFollowUpDays: z.enum(eligibleDays),
    sendWindowStartMinute: z.int(),
    sendWindowEndMinute: z.int(),
    taskCreationMinute: z.int(),
    unenrollCompany: z.boolean(),
    onParentMissing: z.enum(parentMissingPolicies),
    taskReminderMinute: z.int().nullable(),
    holidayCalendarIds: z.array(z.uuid()),
    useContactTimeZone: z.boolean(),
    campaignId: z.string().nullable(),
  })
  .meta({ id: 'SequenceSettings' });

export const sequenceReply = z
  .object({
    id: z.uuid(),
    name: z.string(),
    ownerId: z.uuid(),
    version: z.int(),
    steps: z.array(stepReply),
    settings: settingsReply,
    createdAt: instantShape,
    updatedAt: instantShape,
    archivedAt: instantShape.nullable().meta({ description: 'When it was deleted.' }),
  })
  .meta({ id: 'Sequence' });

export function showSequence(sequence: Sequence): z.input<typeof sequenceReply> {
  const { definition, ...rest } = sequence;
  return { ...rest, ...showDefinition(definition) };
}

/** What is shown of a sequence or a version of it. */
export function showDefinition({
  steps,
  settings,
}: SequenceDefinition): Pick<z.input<typeof sequenceReply>, 'steps' | 'settings'> {
  const holidayCalendarIds = [...settings.holidayCalendarIds];
  return { steps: steps.map(showStep), settings: { ...settings, holidayCalendarIds } };
}

function showStep(step: Step): z.input<typeof stepReply> {
  const { email, threading, ...rest } = step;
  return { ...rest, ...(email && { email }), ...(threading && { threading }) };
}
