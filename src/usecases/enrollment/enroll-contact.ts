import { findCandidate } from '../../db/queries/candidates.js';
import type { EnrollmentRow } from '../../db/queries/enrollments/read.js';
import { insertEnrollment } from '../../db/queries/enrollments/save.js';
import { findLiveEnrollment } from '../../db/queries/enrollments/list.js';
import { enrollmentStartOf } from '../../db/queries/run-starts.js';
import { takeFoundSlot } from '../sending/slots.js';
import { alreadyEnrolled } from '../../domain/enrollment/eligibility.js';
import { entry } from '../../domain/enrollment/progress.js';
import { judgeCandidate, type Eligible, type Judgement } from './judge-enrollment.js';
import { readTerms } from './read-terms.js';
import {
  refused,
  type Enrolled,
  type EnrollingContext,
  type EnrollmentRequest,
  type Refused,
} from './request.js';
import { lockedRoom } from './send-budget.js';

/**
 * Enrolls a contact, or says why not. In the caller's transaction it loads the sequence's current version, judges
 * eligibility, plans the first step, and writes the enrollment, its first log entry and the word to Temporal. A refusal
 * writes nothing and leaves the transaction usable. The unique index keeps a contact in one sequence at a time
 * (ENR-08), however many callers ask at once.
 */
export async function enrollContact(
  context: EnrollingContext,
  request: EnrollmentRequest,
): Promise<Enrolled | Refused> {
  const judgement = await judgeForGood(context, request);
  if (judgement.kind === 'refused') return { kind: 'refused', refusal: judgement.refusal };
  const { tx, now, actor, cause } = context;
  const { standing, slot, prospect } = judgement;
  const row = rowOf(context, request, judgement);
  const happening = { at: now, actor, cause };
  const next = { stepId: standing.stepId ?? '', at: standing.nextAt, why: standing.why };
  const log = entry('enrolled', null, happening, { state: row.state, next });
  const word = await insertEnrollment(tx, row, log);
  if (word === undefined) return refuseSecond(context, row.contactId);
  if (slot) await takeFoundSlot(tx, slot.wish, slot);
  const { definition, sequence } = prospect;
  return {
    kind: 'enrolled',
    listing: { row, definition, uncertainSteps: [] },
    start: { id: word.id, start: enrollmentStartOf(row, definition, sequence.name) },
  };
}

/** Judges, and holds what the judgement rests on until the transaction ends. */
async function judgeForGood(
  context: EnrollingContext,
  request: EnrollmentRequest,
): Promise<Judgement> {
  const { tx, accountId, enroller } = context;
  const terms = await readTerms(context, request, 'enroll');
  if ('kind' in terms) return terms;
  const candidate = await findCandidate(tx, accountId, request.contact, enroller);
  const roomFor = lockedRoom(context, request.onLimit === 'defer');
  return judgeCandidate(context, { terms, request, roomFor }, candidate);
}

function rowOf(
  { accountId, now, enroller }: EnrollingContext,
  { source, pace }: EnrollmentRequest,
  { id, prospect, standing }: Eligible,
): EnrollmentRow {
  const { sequence, choices, candidate, sender, assignee, mailbox, timeZone } = prospect;
  const { startStepId = null, firstStepAt = null } = choices.start;
  return {
    ...standing,
    accountId,
    id,
    sequenceId: sequence.id,
    sequenceVersion: sequence.version,
    contactId: candidate.contact.id,
    senderId: sender.id,
    mailboxId: mailbox.id,
    enrolledById: enroller.id,
    taskAssigneeId: assignee.id,
    timeZone,
    source: source.kind,
    sourceId: source.id ?? null,
    bulkId: pace?.id ?? null,
    overrides: choices.overrides,
    startStepId,
    stepsBeforeStart: prospect.stepsBeforeStart,
    firstStepAt,
    versionChangedAt: null,
    eventCount: 1,
    enrolledAt: now,
    changedAt: now,
    lateFrom: null,
  };
}

/** Somebody else enrolled the contact a moment before. */
async function refuseSecond(
  { tx, accountId, enroller }: EnrollingContext,
  contactId: string,
): Promise<Refused> {
  const live = await findLiveEnrollment(tx, accountId, contactId, enroller);
  if (live !== undefined) return refused(alreadyEnrolled(live));
  const detail = 'The contact was just enrolled and unenrolled by others; try again.';
  return { kind: 'refused', refusal: { code: 'CONFLICT', detail } };
}
