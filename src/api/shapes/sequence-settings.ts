import { z } from 'zod';
import { parentMissingPolicies } from '../../domain/sequence/definition.js';
import { eligibleDays, sendTimes, weekdays } from '../../domain/time/types.js';
import { idShape, workingDaysInput } from './common.js';

export const settingsInput = z
  .strictObject({
    eligibleFollowUpDays: z.enum(eligibleDays).optional(),
    sendWindowStartMinute: z.number().optional(),
    sendWindowEndMinute: z.number().optional(),
    taskCreationMinute: z.number().optional(),
    firstEmailInWindow: z.boolean().optional().meta({
      description:
        'Whether a first email that would go out at once waits for the send window and an eligible day, as follow-ups do; not where a time was chosen for it (`firstStepAt`). False by default.',
    }),
    unenrollCompany: z.boolean().optional(),
    onParentMissing: z.enum(parentMissingPolicies).optional(),
    taskReminderMinute: z.number().nullable().optional().meta({
      description:
        'When the assignee of a new task is reminded of it by mail, or at once when that has passed; null for no mail.',
    }),
    workingDays: workingDaysInput.nullable().optional(),
    holidayCalendarIds: z.array(idShape).optional().meta({
      description: 'Their days are no business days for follow-ups, in any mode; at most 5.',
    }),
    useContactTimeZone: z.boolean().optional().meta({
      description: "Run in the contact's zone, unless the enrollment says otherwise.",
    }),
    sendTime: z.enum(sendTimes).optional().meta({
      description:
        'When on its day a follow-up email goes out: at the time of day of the step before it (`same_time`, the default), or when the contact usually opens mail, by its reported opens within the send window (`from_opens`; with fewer than three as `same_time`).',
    }),
    campaignId: z.string().nullable().optional().meta({
      description: 'Your name for the marketing campaign that it belongs to; null for none.',
    }),
  })
  .meta({
    id: 'SequenceSettingsInput',
    description:
      'For steps after the first, but for `firstEmailInWindow`. Minutes are local; `workingDays` null: the account’s.',
  });

export const settingsReply = z
  .object({
    eligibleFollowUpDays: z.enum(eligibleDays),
    sendWindowStartMinute: z.int(),
    sendWindowEndMinute: z.int(),
    taskCreationMinute: z.int(),
    firstEmailInWindow: z.boolean(),
    unenrollCompany: z.boolean(),
    onParentMissing: z.enum(parentMissingPolicies),
    taskReminderMinute: z.int().nullable(),
    workingDays: z.array(z.enum(weekdays)).nullable(),
    holidayCalendarIds: z.array(z.uuid()),
    useContactTimeZone: z.boolean(),
    sendTime: z.enum(sendTimes),
    campaignId: z.string().nullable(),
  })
  .meta({ id: 'SequenceSettings' });
