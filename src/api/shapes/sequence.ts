import { z } from 'zod';
import { nothing } from '../http/endpoint.js';
import type { Sequence } from '../../db/queries/sequences.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { stepKinds, taskPriorities, type Step } from '../../domain/sequence/step.js';
import { idParams, idShape, instantShape, lineShape } from './common.js';
import type { EditedSequence } from '../../usecases/sequence/edit-sequence.js';
import { folderIdInput } from './folder.js';
import { templateRef, threading } from './step-parts.js';
import { settingsInput, settingsReply } from './sequence-settings.js';
import { sharingInput, sharingPart } from './sharing.js';

export const templateWish = z
  .strictObject({ name: lineShape(200), folderId: folderIdInput.default(null) })
  .meta({
    id: 'SaveAsTemplate',
    description: 'Saves the email as a new template of the acting user, which the step then names.',
  });

const templateId = idShape.meta({
  description:
    'Instead of `email`: the content of this template, as it is now. A later change of the template does not reach the sequence.',
});

export const stepInput = z
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
      .strictObject({ subject: z.string().optional(), html: z.string(), template: templateRef })
      .optional()
      .meta({ description: 'For automated_email, and as a draft for manual_email.' }),
    templateId: templateId.optional(),
    saveAsTemplate: templateWish.optional(),
    threading: threading.optional(),
    replyTo: z.string().optional().meta({
      description: 'Short for `threading` of the kind `reply`: the id of the step to be answered.',
    }),
    title: z.string().optional().meta({ description: 'What the task is called.' }),
    notes: z.string().optional().meta({ description: 'HTML; may hold links, tokens, snippets.' }),
    priority: z.enum(taskPriorities).optional(),
    queueId: idShape.optional().meta({ description: 'The task queue of its tasks.' }),
    waitsForCompletion: z.boolean().optional().meta({
      description: 'Whether the sequence waits for the task; it does unless this is false.',
    }),
  })
  .meta({ id: 'StepInput' });

/** The most steps of a sequence, which has any number of tasks within that (LIM-03). */
const maxSteps = 1000;
const stepsInput = z.array(stepInput).max(maxSteps);

/** Checks the form alone; the rules are the domain's, and are all checked at once. */
export const sequenceInput = z
  .strictObject({
    name: z.string(),
    steps: stepsInput,
    settings: settingsInput.default({}),
    folderId: folderIdInput.optional(),
  })
  .meta({ id: 'SequenceInput' });

const isMissing = (input: unknown, field: string) =>
  typeof input === 'object' &&
  input !== null &&
  Reflect.get(input, field) === undefined &&
  Reflect.get(input, 'fromTemplateId') === undefined;

/** Checked whatever else is wrong, like any field that is required. */
const requiredUnlessReady = (field: string) => ({
  path: [field],
  params: { code: 'required' },
  error: 'This field is required.',
  when: () => true,
});

/** The sharing is chosen when the sequence is made, and changed apart from its versions (SHR-03). */
export const newSequenceInput = sequenceInput
  .extend({
    sharing: sharingInput.optional(),
    name: z.string().optional(),
    steps: stepsInput.optional(),
    settings: settingsInput.optional(),
    fromTemplateId: z
      .string()
      .max(64)
      .optional()
      .meta({
        description:
          'A ready-made sequence to begin with, instead of `steps`; its name unless `name` is given.',
        examples: ['outbound-introduction'],
      }),
  })
  .refine((body) => !isMissing(body, 'name'), requiredUnlessReady('name'))
  .refine((body) => !isMissing(body, 'steps'), requiredUnlessReady('steps'))
  .refine((body) => body.fromTemplateId === undefined || body.steps === undefined, {
    path: ['steps'],
    params: { code: 'one_of' },
    error: 'Give either fromTemplateId or steps; the sequence can be edited once it is made.',
  })
  .meta({ id: 'NewSequenceInput' });

export const copyInput = z
  .strictObject({
    name: z.string(),
    steps: stepsInput.optional().meta({ description: 'Instead of those of the original.' }),
    settings: settingsInput.optional(),
    sharing: sharingInput.optional(),
    folderId: folderIdInput.optional().meta({ description: "The original's without it." }),
  })
  .meta({ id: 'SequenceCopyInput' });

export const sequencePatch = z
  .strictObject({
    name: z.string().optional(),
    settings: settingsInput.optional(),
    folderId: folderIdInput.optional(),
  })
  .meta({ id: 'SequencePatch' });

export const stepPatch = z
  .strictObject({
    delayDays: z.number().optional(),
    email: z
      .strictObject({
        subject: z.string().optional(),
        html: z.string().optional(),
        template: templateRef,
      })
      .nullable()
      .optional(),
    templateId: templateId.optional(),
    saveAsTemplate: templateWish.optional(),
    threading: threading.optional(),
    replyTo: z.string().nullable().optional(),
    title: z.string().optional(),
    notes: z.string().optional(),
    priority: z.enum(taskPriorities).optional(),
    queueId: idShape.nullable().optional(),
    waitsForCompletion: z.boolean().optional(),
  })
  .meta({ id: 'StepPatch' });

export const stepOrder = z
  .strictObject({
    stepIds: z.array(z.string()).meta({ description: 'The id of every step, once.' }),
  })
  .meta({ id: 'StepOrder' });

/** The query of every edit: which enrollments it applies to (EDT-10). */
export const editQuery = nothing.extend({
  applyTo: z.enum(['new', 'active']).default('new').meta({
    description:
      'Whom the edit is for: `new` enrollments alone, or those that are `active` too, for the steps that they have not run.',
  }),
});

/** The path parameters of a step. */
export const stepParams = idParams.extend({ stepId: z.string().min(1).max(64) });

const emailReply = z.object({
  subject: z.string(),
  html: z.string(),
  template: z
    .object({ id: z.uuid(), version: z.int() })
    .optional()
    .meta({ description: 'The template that the content was taken from, as it was then.' }),
});

export const stepReply = z
  .object({
    id: z.string(),
    kind: z.enum(stepKinds),
    delayDays: z.int(),
    email: emailReply.optional(),
    threading: threading.optional(),
    title: z.string().optional(),
    notes: z.string().optional(),
    priority: z.enum(taskPriorities).optional(),
    queueId: z.uuid().optional(),
    waitsForCompletion: z.boolean().optional(),
  })
  .meta({ id: 'Step' });

export const sequenceReply = z
  .object({
    id: z.uuid(),
    name: z.string(),
    ownerId: z.uuid(),
    sharing: sharingPart,
    folderId: z.uuid().nullable(),
    version: z.int(),
    steps: z.array(stepReply),
    settings: settingsReply,
    createdAt: instantShape,
    updatedAt: instantShape,
    archivedAt: instantShape.nullable().meta({ description: 'Since when it is archived.' }),
    deletedAt: instantShape.nullable().meta({ description: 'When it was deleted.' }),
  })
  .meta({ id: 'Sequence' });

export const editedSequenceReply = sequenceReply
  .extend({
    movedEnrollments: z.int().optional().meta({
      description: 'With `applyTo=active`: how many enrollments were moved to this version.',
    }),
  })
  .meta({ id: 'EditedSequence' });

export function showEditedSequence({
  sequence,
  movedEnrollments,
}: EditedSequence): z.input<typeof editedSequenceReply> {
  return { ...showSequence(sequence), ...(movedEnrollments !== undefined && { movedEnrollments }) };
}

export function showSequence(sequence: Sequence): z.input<typeof sequenceReply> {
  const { definition, sharing, ...rest } = sequence;
  const { everyone, users, teams } = sharing;
  return {
    ...rest,
    ...showDefinition(definition),
    sharing: { everyone, users: [...users], teams: [...teams] },
  };
}

/** What is shown of a sequence or a version of it. */
export function showDefinition({
  steps,
  settings,
}: SequenceDefinition): Pick<z.input<typeof sequenceReply>, 'steps' | 'settings'> {
  const holidayCalendarIds = [...settings.holidayCalendarIds];
  const workingDays = settings.workingDays && [...settings.workingDays];
  return { steps: steps.map(showStep), settings: { ...settings, workingDays, holidayCalendarIds } };
}

function showStep(step: Step): z.input<typeof stepReply> {
  const { email, threading, ...rest } = step;
  return { ...rest, ...(email && { email }), ...(threading && { threading }) };
}
