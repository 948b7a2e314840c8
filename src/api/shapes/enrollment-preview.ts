import { z } from 'zod';
import { limitKinds } from '../../domain/capacity/limits.js';
import { defaultLimit, maxLimit, pageQuery, pagingShape } from '../http/cursor.js';
import { instantShape, referenceShape } from './common.js';
import { enrollmentInput } from './enrollment.js';
import { pausesAheadShape } from './pauses.js';
import { selectionShape } from './selection.js';
import { localShape, missingTokenReply, playedStep, playFields } from './simulation.js';

/** The most contacts of one call. */
export const maxPreviewed = 1000;

const { after } = pageQuery.shape;

export const previewInput = enrollmentInput
  .omit({ contact: true })
  .extend({
    contact: referenceShape.optional(),
    contacts: z
      .array(referenceShape)
      .min(1)
      .max(maxPreviewed)
      .optional()
      .meta({ description: `Several of them, at most ${maxPreviewed}, instead of \`contact\`.` }),
    selection: selectionShape.optional().meta({
      description: 'All that this selects now, however many, a page at a time.',
    }),
    limit: z
      .int()
      .min(1)
      .max(maxLimit)
      .optional()
      .meta({
        description: `Of a selection: how many at most, 1–${maxLimit}; ${defaultLimit} without it.`,
      }),
    after: after.unwrap().optional().meta({
      description: 'Of a selection: the cursor `paging.next.after` of the page before.',
    }),
    completeTasksAfterDays: playFields.completeTasksAfterDays,
  })
  .refine((body) => whoms(body).length === 1, {
    path: ['contacts'],
    params: { code: 'one_of' },
    error: 'Give exactly one of contact, contacts and selection.',
  })
  .refine((body) => body.selection !== undefined || (body.limit ?? body.after) === undefined, {
    path: ['selection'],
    params: { code: 'only_selection' },
    error: 'Only a selection is told in pages: leave out limit and after, or give a selection.',
  })
  .meta({ id: 'EnrollmentPreviewInput' });

function whoms({ contact, contacts, selection }: Readonly<Record<string, unknown>>): unknown[] {
  return [contact, contacts, selection].filter((given) => given !== undefined);
}

const firstSend = z
  .object({
    at: instantShape,
    local: localShape,
    limit: z
      .enum(limitKinds)
      .nullable()
      .meta({ description: 'The limit that holds it back; null for none.' }),
  })
  .meta({ description: 'When the first email could go out, if this contact were enrolled alone.' });

export const previewedEnrollment = z
  .object({
    index: z.int().meta({ description: 'In `contacts` or in the selection, from 0.' }),
    contactId: z.uuid().nullable().meta({ description: 'Null for an unknown contact.' }),
    status: z.enum(['eligible', 'refused']),
    refusal: z
      .object({
        code: z.string(),
        detail: z.string(),
        pointer: z.string().optional(),
        retryAfter: z.int().optional(),
      })
      .loose()
      .nullable()
      .meta({ description: 'The first reason that enrolling would be refused with.' }),
    choices: z
      .object({
        timeZone: z.string(),
        senderId: z.uuid(),
        mailboxId: z.uuid().nullable(),
        taskAssigneeId: z.uuid(),
      })
      .nullable(),
    firstSend: firstSend.nullable().meta({
      description: 'Null when the first step sends no email, or the contact is refused.',
    }),
    missingTokens: z
      .array(missingTokenReply)
      .meta({ description: 'Every token without value and fallback, in every step and field.' }),
    steps: z
      .array(playedStep)
      .meta({ description: 'Every step with its date; of a refused contact as if it were not.' }),
  })
  .meta({ id: 'PreviewedEnrollment' });

export const previewReply = z
  .object({
    eligible: z.int().meta({ description: 'Of these results, like `refused`.' }),
    refused: z.int(),
    pauses: pausesAheadShape,
    results: z.array(previewedEnrollment),
    paging: pagingShape,
  })
  .meta({ id: 'EnrollmentPreview' });
