import { z } from 'zod';
import type { BulkItemListing, ItemCounts } from '../../db/queries/bulk-enrollment-items.js';
import type { BulkRow } from '../../db/queries/bulk-enrollments.js';
import { bulkItemStates, bulkKinds, bulkStates, maxContacts } from '../../domain/bulk/bulk.js';
import { pageOf } from '../http/cursor.js';
import { warningsFor } from '../../domain/segment/selection.js';
import { idShape, instantShape, oneName, referenceShape, unknownContacts } from './common.js';
import { enrollmentChoices } from './enrollment-choices.js';
import { selectionShape, showWarnings, warningShape } from './selection.js';
import { refusalCodes } from '../../usecases/refusal.js';
import type { TriedItem } from '../../usecases/bulk/dry-run.js';
import { pausesAheadShape } from './pauses.js';
import { showSource, sourceInput, sourceReply } from './source.js';
import { missingTokenReply, playedStep, showPlayedStep } from './simulation.js';

const choicesShape = enrollmentChoices.omit({
  sender: true,
  mailboxId: true,
  taskAssignee: true,
  source: true,
  onLimit: true,
});

const defaultsShape = choicesShape.meta({
  id: 'BulkDefaults',
  description: 'What is chosen for all contacts of the batch.',
});

const overridesShape = choicesShape.meta({
  id: 'BulkOverrides',
  description: 'What one contact has otherwise; anything else is as the defaults say.',
});

const choicesReply = choicesShape
  .extend({ firstStepAt: instantShape.exactOptional() })
  .meta({ id: 'BulkChoices' });

const contactInput = z
  .strictObject({
    contact: referenceShape.optional().meta({
      description: 'As a single enrollment names its contact; or one of the three names beside it.',
    }),
    id: idShape.optional(),
    externalId: z.string().min(1).max(255).optional(),
    email: z.string().min(1).max(320).optional(),
    overrides: overridesShape.default({}),
  })
  .transform(({ contact, id, externalId, email, overrides }, context) => {
    const names = [
      ...(contact === undefined ? [] : [contact]),
      ...(id === undefined ? [] : [{ id }]),
      ...(externalId === undefined ? [] : [{ externalId }]),
      ...(email === undefined ? [] : [{ email }]),
    ];
    const [reference] = names;
    if (names.length === 1 && reference) return { reference, overrides };
    context.addIssue({
      code: 'custom',
      params: { code: 'ambiguous' },
      message: oneName,
    });
    return z.NEVER;
  })
  .meta({ id: 'BulkContact', description: 'A contact, and what it has otherwise.' });

const contactsShape = z
  .array(contactInput)
  .max(maxContacts.import)
  .meta({
    description: `At most ${maxContacts.bulk} in a bulk enrollment and ${maxContacts.import} in an import, each once.`,
  });

const notBoth = {
  params: { code: 'exactly_one' },
  error: 'Give contacts or a selection, not both.',
};

/** Where contacts are taken from, when they are not named one by one. */
const selection = selectionShape.optional().meta({
  description:
    'Instead of contacts: all that this selects now. Who comes to it later is not in the batch.',
});

export const bulkItemsInput = z
  .strictObject({ contacts: contactsShape.min(1).optional(), selection })
  .refine(
    ({ contacts, selection: chosen }) => (contacts === undefined) !== (chosen === undefined),
    {
      params: { code: 'exactly_one' },
      error: 'Give exactly one of contacts and selection.',
    },
  )
  .meta({ id: 'BulkItemsInput' });

export const bulkItemPatch = z
  .strictObject({ overrides: overridesShape })
  .meta({ id: 'BulkItemPatch', description: 'Replaces what the contact has otherwise.' });

const settings = {
  sender: referenceShape.optional().meta({ description: 'Whose mailbox sends for the batch.' }),
  mailboxId: idShape.nullable().optional().meta({
    description: "The sender's mailbox; without it their first connected personal one.",
  }),
  taskAssignee: referenceShape
    .nullable()
    .optional()
    .meta({ description: 'Who gets the tasks; whoever confirms the batch without it.' }),
};

const onLimit = z.enum(['refuse', 'defer']).meta({
  description:
    'When mailbox or sender have no budget left in the rolling 24 hours: refuse the contact with SEND_LIMIT, or begin at the next free slot.',
});

export const bulkInput = z
  .strictObject({
    kind: z.enum(bulkKinds).default('bulk').meta({
      description: 'An import takes many more contacts and needs a permission of its own.',
    }),
    sequenceId: idShape,
    contacts: contactsShape.default([]),
    selection,
    defaults: defaultsShape.default({}),
    ...settings,
    source: sourceInput.optional().meta({
      description:
        'Where the contacts were chosen. Without it those of a selection have its list, company or filter as their source, and those that are named the batch.',
    }),
    onLimit: onLimit.default('defer'),
  })
  .refine(
    ({ contacts, selection: chosen }) => contacts.length === 0 || chosen === undefined,
    notBoth,
  )
  .meta({ id: 'BulkEnrollmentInput' });

export const bulkPatch = z
  .strictObject({
    defaults: defaultsShape.optional(),
    ...settings,
    source: sourceInput.optional(),
    onLimit: onLimit.optional(),
  })
  .meta({
    id: 'BulkEnrollmentPatch',
    description: 'What is left out stays; defaults are replaced.',
  });

const countsShape = z.object({
  total: z.int().meta({ description: 'Without those that were removed.' }),
  pending: z.int(),
  enrolled: z.int().meta({ description: 'Those that have an enrollment.' }),
  refused: z.int(),
  cancelled: z.int(),
});

export const bulkReply = z
  .object({
    id: z.uuid(),
    kind: z.enum(bulkKinds),
    sequenceId: z.uuid(),
    sequenceVersion: z
      .int()
      .nullable()
      .meta({ description: 'The version that all get; null until the batch is confirmed.' }),
    state: z.enum(bulkStates),
    senderId: z.uuid(),
    mailboxId: z.uuid().nullable(),
    taskAssigneeId: z.uuid().nullable(),
    source: sourceReply,
    onLimit: z.enum(['refuse', 'defer']),
    defaults: choicesReply,
    counts: countsShape,
    warnings: z.array(warningShape),
    version: z.int().meta({ description: 'Counts the changes of the draft; its ETag.' }),
    createdById: z.uuid(),
    confirmedById: z.uuid().nullable(),
    createdAt: instantShape,
    updatedAt: instantShape,
    confirmedAt: instantShape.nullable(),
    endedAt: instantShape.nullable(),
    turnAt: instantShape.nullable().meta({
      description:
        'Of a running batch that waits, since as many batches of the account as may be at once are being enrolled: when its turn is expected.',
    }),
    runUrl: z.string().nullable().meta({
      description: 'The run in the Temporal UI; null unless the batch was confirmed as a whole.',
    }),
  })
  .meta({ id: 'BulkEnrollment' });

/** A batch that contacts were added to. */
export const bulkAddedReply = bulkReply.extend({ unknownContacts }).meta({ id: 'BulkAdded' });

export function showBulk(
  row: BulkRow,
  counts: ItemCounts,
  runUrl: (bulkId: string) => string,
): z.input<typeof bulkReply> {
  const { pending = 0, enrolled = 0, refused = 0, cancelled = 0 } = counts;
  const total = pending + enrolled + refused + cancelled;
  return {
    ...row,
    source: showSource(row),
    counts: { total, pending, enrolled, refused, cancelled },
    warnings: showWarnings(warningsFor(total)),
    turnAt: row.state === 'running' ? row.turnAt : null,
    runUrl: row.sequenceVersion === null ? null : runUrl(row.id),
  };
}

const itemResult = {
  index: z.int().meta({ description: 'The place in the batch, from 0; it never changes.' }),
  contactId: z.uuid(),
  email: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  code: z.enum(refusalCodes).nullable().meta({ description: 'Why the contact was not enrolled.' }),
  detail: z.string().nullable(),
  missingTokens: z.array(missingTokenReply).meta({ description: 'Of MISSING_TOKENS, all.' }),
  firstSendAt: instantShape.nullable().meta({
    description:
      'When the first email goes out, as planned when the contact is enrolled; null when the first step sends none.',
  }),
};

export const itemParams = z.strictObject({ id: idShape, itemId: idShape });

export const bulkItemReply = z
  .object({
    id: z.uuid(),
    ...itemResult,
    status: z.enum(bulkItemStates),
    overrides: choicesReply,
    source: sourceReply.nullable().meta({
      description: 'The selection that it came from; null when it has the source of the batch.',
    }),
    enrollmentId: z.uuid().nullable(),
    settledAt: instantShape.nullable(),
  })
  .meta({ id: 'BulkItem' });

const dryRunItem = z
  .object({
    id: z.uuid().nullable().meta({ description: 'Null in the dry run of a draft to be made.' }),
    ...itemResult,
    status: z.enum(['eligible', 'refused']).meta({
      description: '`eligible`: the contact would be enrolled if the draft were confirmed now.',
    }),
    steps: z.array(playedStep).meta({
      description: 'Every step with its date; none of a contact that would be refused.',
    }),
    warnings: z.array(warningShape),
  })
  .meta({ id: 'BulkDryRunItem', description: 'What would become of a contact.' });

export const dryRunPage = pageOf(dryRunItem)
  .extend({
    version: z.int().meta({ description: 'The version of the draft that this is said of.' }),
    pauses: pausesAheadShape,
    unknownContacts: unknownContacts.meta({
      description: 'Of a draft to be made, those that were named and do not exist.',
    }),
  })
  .meta({ id: 'BulkDryRunPage' });

const missingTokens = z.object({ missingTokens: z.array(missingTokenReply) });

export function showItem(listing: BulkItemListing): z.input<typeof bulkItemReply> {
  const { row, email, firstName, lastName } = listing;
  const { code = null, detail = null, extensions } = row.refusal ?? {};
  const missing = missingTokens.safeParse(extensions).data?.missingTokens ?? [];
  return {
    ...row,
    source: row.source && { ...row.source, id: row.source.id ?? null, text: null },
    email,
    firstName,
    lastName,
    status: row.state,
    code: code === null ? null : (refusalCodes.find((each) => each === code) ?? 'INTERNAL'),
    detail,
    missingTokens: missing,
  };
}

/** What would become of a contact. */
export function showTriedItem({
  listing,
  timeZone = 'UTC',
  steps,
  warnings,
}: TriedItem): z.input<typeof dryRunItem> {
  const { status, ...shown } = showItem(listing);
  return {
    ...shown,
    steps: steps.map((step) => showPlayedStep(step, timeZone)),
    warnings: showWarnings(warnings),
    status: status === 'enrolled' ? 'eligible' : 'refused',
  };
}
