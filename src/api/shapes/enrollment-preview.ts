import { z } from 'zod';
import { limitKinds } from '../../domain/capacity/limits.js';
import { localIso } from '../../domain/time/format.js';
import { defaultLimit, maxLimit, pageQuery, pagingShape, type Paging } from '../http/cursor.js';
import { contactItem, instantShape, referenceShape, unknownContacts } from './common.js';
import { enrollmentInput } from './enrollment.js';
import type { Judgement } from '../../usecases/enrollment/judge-enrollment.js';
import type {
  PreviewedEnrollment,
  PreviewedEnrollments,
} from '../../usecases/preview/preview-enrollments.js';
import { refusalCodes } from '../../usecases/refusal.js';
import type { UnknownContact } from '../../usecases/contact/select-contacts.js';
import { pausesAheadShape, showPauses } from './pauses.js';
import { selectionShape, showWarnings, warningShape } from './selection.js';
import {
  localShape,
  missingTokenReply,
  playedStep,
  playFields,
  showPlayedStep,
} from './simulation.js';

/** The most contacts in one call. */
export const maxPreviewed = 1000;

const { after } = pageQuery.shape;

export const previewInput = enrollmentInput
  .omit({ contact: true })
  .extend({
    contact: referenceShape.optional(),
    contacts: z
      .array(contactItem)
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
        code: z.enum(refusalCodes),
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
    warnings: z.array(warningShape),
  })
  .meta({ id: 'PreviewedEnrollment' });

export const previewReply = z
  .object({
    eligible: z.int().meta({
      description:
        'How many of these results are `eligible`: the contact would be enrolled if it were asked for now. `enrolled` is said only of who has an enrollment.',
    }),
    refused: z.int(),
    pauses: pausesAheadShape,
    unknownContacts: unknownContacts.meta({
      description:
        'Of `selection.contactIds`, those that do not exist. Of `contacts` each has a result of its own.',
    }),
    results: z.array(previewedEnrollment),
    paging: pagingShape,
  })
  .meta({ id: 'EnrollmentPreview' });

type Shown = z.input<typeof previewedEnrollment>;

/** A page of previews as the API shows it; `firstIndex` is the place of its first contact. */
export function showPreview(
  { pauses, results }: PreviewedEnrollments,
  { firstIndex, paging, unknown }: PageOfContacts = onlyPage,
): z.input<typeof previewReply> {
  const shown = results.map((result, offset) => showPreviewed(result, firstIndex + offset));
  const eligible = shown.filter(({ status }) => status === 'eligible').length;
  return {
    eligible,
    refused: shown.length - eligible,
    pauses: showPauses(pauses),
    unknownContacts: [...unknown],
    results: shown,
    paging,
  };
}

interface PageOfContacts {
  readonly firstIndex: number;
  readonly paging: Paging;
  readonly unknown: readonly UnknownContact[];
}

const onlyPage: PageOfContacts = { firstIndex: 0, paging: { next: null }, unknown: [] };

function showPreviewed(
  { judgement, firstSend, steps, warnings }: PreviewedEnrollment,
  index: number,
): Shown {
  const verdict = { index, ...showVerdict(judgement) };
  const { prospect } = judgement;
  if (prospect === undefined) {
    const nobody = { contactId: null, choices: null, firstSend: null };
    return { ...verdict, ...nobody, missingTokens: [], steps: [], warnings: [] };
  }
  const { timeZone, mailbox, sender, assignee, candidate } = prospect;
  return {
    ...verdict,
    contactId: candidate.contact.id,
    choices: {
      timeZone,
      senderId: sender.id,
      taskAssigneeId: assignee.id,
      mailboxId: mailbox?.id ?? null,
    },
    firstSend: firstSend
      ? {
          at: firstSend.at,
          local: localIso(firstSend.at, timeZone),
          limit: firstSend.limit ?? null,
        }
      : null,
    missingTokens: [...prospect.missingTokens],
    steps: steps.map((step) => showPlayedStep(step, timeZone)),
    warnings: showWarnings(warnings),
  };
}

function showVerdict(judgement: Judgement): Pick<Shown, 'status' | 'refusal'> {
  if (judgement.kind === 'eligible') return { status: 'eligible', refusal: null };
  const { refusal } = judgement;
  // An unknown contact has no pointer of its own: its place identifies it.
  if (refusal.code === 'NOT_FOUND') {
    return { status: 'refused', refusal: { code: refusal.code, detail: refusal.detail } };
  }
  const { code, detail, ...rest } = refusal;
  const { extensions, ...plain } = { extensions: {}, ...rest };
  return { status: 'refused', refusal: { ...extensions, ...plain, code, detail } };
}
