import type { GivenStart } from '../../contract/outbox.js';
import { updateItem, type BulkItemRow } from '../../db/queries/bulk-enrollment-items.js';
import { updateBulk, type BulkRow } from '../../db/queries/bulk-enrollments.js';
import type { EnrollmentListing } from '../../db/queries/enrollments/list.js';
import { mergeChoices } from '../../domain/bulk/bulk.js';
import { bulkPerMinute } from '../../domain/capacity/limits.js';
import { knownSource, type EnrollmentSource } from '../../domain/enrollment/source.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { Instant } from '../../domain/time/types.js';
import { enrollContact } from '../enrollment/enroll-contact.js';
import type {
  EnrollingContext,
  EnrollmentRefusal,
  EnrollmentRequest,
} from '../enrollment/request.js';

/** What became of an item; `start` is what Temporal is told after the commit. */
export interface EnrolledItem {
  readonly bulk: BulkRow;
  readonly item: BulkItemRow;
  /** The new enrollment, if there is one. */
  readonly listing?: EnrollmentListing;
  readonly start?: GivenStart<'enrollment'>;
}

/**
 * Enrolls one contact of a batch, whose row is locked, and writes the result to the item. The first contact that is
 * enrolled settles the mailbox of the batch (BLK-12). An item is enrolled at most once: it must be pending or refused.
 */
export async function enrollItem(
  context: EnrollingContext,
  bulk: BulkRow,
  item: BulkItemRow,
): Promise<EnrolledItem> {
  const { tx, now: settledAt } = context;
  const result = await enrollContact(context, requestOf(bulk, item, context.now));
  if (result.kind === 'refused') {
    const refusal = refusalOf(result.refusal);
    const change = { state: 'refused', refusal, settledAt } as const;
    return { bulk, item: await updateItem(tx, bulk, item.id, change) };
  }
  const { row } = result.listing;
  const saved = await updateItem(tx, bulk, item.id, {
    state: 'enrolled',
    refusal: null,
    enrollmentId: row.id,
    firstSendAt: firstSendAt(result.listing),
    settledAt,
  });
  const isSettled = bulk.mailboxId !== null;
  const settled = isSettled ? bulk : await updateBulk(tx, bulk, { mailboxId: row.mailboxId });
  return { bulk: settled, item: saved, listing: result.listing, start: result.start };
}

/**
 * Refuses a contact of a locked batch because enrolling it failed for a reason that the rules do not know. The error
 * itself goes to the log and is not shown. The contact may be enrolled again later, like any that was refused.
 */
export function refuseFailedItem(
  { tx, now }: Pick<EnrollingContext, 'tx' | 'now'>,
  bulk: BulkRow,
  { id }: BulkItemRow,
): Promise<BulkItemRow> {
  const detail =
    'Something went wrong on our side with this contact alone, and was reported. Confirm it again later.';
  const refusal = { code: 'INTERNAL', detail };
  return updateItem(tx, bulk, id, { state: 'refused', refusal, settledAt: now });
}

/** The choices are checked again, because the sequence or the choices for all may have changed since. */
function requestOf(bulk: BulkRow, item: BulkItemRow, now: Instant): EnrollmentRequest {
  const { sequenceId, sequenceVersion, senderId, mailboxId, taskAssigneeId } = bulk;
  const { firstStepAt, ...choices } = mergeChoices(bulk.defaults, item.overrides);
  return {
    ...choices,
    // A time that has passed since it was chosen means at once.
    ...(firstStepAt !== undefined && firstStepAt > now && { firstStepAt }),
    sequenceId,
    contact: { id: item.contactId },
    sender: { id: senderId },
    source: item.source ?? sourceOf(bulk),
    onLimit: bulk.onLimit,
    pace: { id: bulk.id, perMinute: bulkPerMinute },
    ...(sequenceVersion !== null && { sequenceVersion }),
    ...(mailboxId !== null && { mailboxId }),
    ...(taskAssigneeId !== null && { taskAssignee: { id: taskAssigneeId } }),
  };
}

/** An earlier release allowed any text here; one that is no kind is passed on unchanged. */
function sourceOf(bulk: BulkRow): EnrollmentSource {
  const { kind, id } = knownSource(bulk);
  if (kind === 'other') return { kind: bulk.kind };
  return id === null ? { kind } : { kind, id };
}

function refusalOf({ code, detail, ...rest }: EnrollmentRefusal): BulkItemRow['refusal'] {
  if ('errors' in rest) return { code, detail, extensions: { errors: rest.errors } };
  const extensions = 'extensions' in rest ? rest.extensions : undefined;
  return { code, detail, ...(extensions && { extensions }) };
}

/** When the first email goes out, if the first step is an email. */
function firstSendAt({ row, definition }: EnrollmentListing): string | null {
  const step = row.stepId === null ? undefined : findStep(definition, row.stepId)?.step;
  return step?.kind === 'automated_email' ? row.nextAt : null;
}
