import { z } from 'zod';
import { parentMissingPolicies } from '../../domain/sequence/definition.js';
import { eligibleDays, sendTimes } from '../../domain/time/types.js';
import {
  idShape,
  instantInput,
  referenceShape,
  timeZoneShape,
  workingDaysInput,
} from './common.js';
import { sourceInput } from './source.js';

const tokenValuesInput = z.record(z.string(), z.string()).meta({
  description:
    'What tokens stand for instead of what the contact says, by path such as `contact.firstName`; at most 100.',
});

/** Checks the form alone; whether the choice suits the sequence is checked by the sequence's rules, all at once. */
const settingsOverride = z
  .strictObject({
    eligibleFollowUpDays: z.enum(eligibleDays).exactOptional(),
    sendWindowStartMinute: z.number().exactOptional(),
    sendWindowEndMinute: z.number().exactOptional(),
    taskCreationMinute: z.number().exactOptional(),
    taskReminderMinute: z.number().nullable().exactOptional(),
    workingDays: workingDaysInput.readonly().nullable().exactOptional(),
    holidayCalendarIds: z.array(idShape).readonly().exactOptional(),
    onParentMissing: z.enum(parentMissingPolicies).exactOptional(),
    sendTime: z.enum(sendTimes).exactOptional(),
  })
  .meta({
    id: 'SettingsOverride',
    description: 'Instead of the settings of the sequence, for all steps after the first.',
  });

const stepOverride = z
  .strictObject({
    delayDays: z.number().exactOptional().meta({
      description:
        'Whole days after the step before it, 0–90; for a task 0 is "create immediately". Of no effect at the step that it begins at.',
    }),
    title: z.string().exactOptional(),
    notes: z.string().exactOptional().meta({ description: 'HTML; links, tokens, snippets.' }),
    waitsForCompletion: z.boolean().exactOptional().meta({
      description: 'False to continue without completing the task.',
    }),
    subject: z.string().exactOptional(),
    html: z.string().exactOptional(),
    tokenValues: tokenValuesInput.exactOptional(),
  })
  .meta({ id: 'StepOverride' });

/** The part of an enrollment that is kept as it was chosen. */
export const overridesShape = z.strictObject({
  settings: settingsOverride.exactOptional(),
  steps: z
    .record(z.string().min(1).max(64), stepOverride)
    .exactOptional()
    .meta({ description: 'What is otherwise at single steps, by their ids.' }),
  tokenValues: tokenValuesInput.exactOptional(),
  continueWithoutCompleting: z.boolean().exactOptional().meta({
    description: 'True lets every task be passed without completing it.',
  }),
});

/**
 * Everything that can be chosen for an enrollment besides the contact and the sequence: for one enrollment, a preview
 * of it, and a batch.
 */
export const enrollmentChoices = overridesShape.extend({
  sender: referenceShape
    .optional()
    .meta({ description: 'Whose mailbox sends; the acting user without it.' }),
  mailboxId: idShape.optional().meta({
    description:
      "The sender's mailbox, whose address is the From of all its emails; without it their first connected personal one.",
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
  source: sourceInput
    .default({ kind: 'api' })
    .meta({ description: 'Where the contact was enrolled from; the API without it.' }),
  onLimit: z.enum(['refuse', 'defer']).default('refuse').meta({
    description:
      'When the mailbox or the sender has no sending budget left in the rolling 24 hours: refuse with SEND_LIMIT, or begin at the next free slot.',
  }),
  startStepId: z.string().min(1).max(64).exactOptional().meta({
    description: 'Begin at this step; those before it never run. The first without it.',
  }),
  firstStepAt: instantInput.exactOptional().meta({
    description:
      'When the first step runs, exactly, at most 366 days ahead; at once without it. Its email takes its place in the sending limits then.',
    examples: ['2026-11-26T17:00:00-05:00'],
  }),
});
