import { newId } from '../db/new-id.js';
import type { SendingMailbox } from '../db/queries/mailboxes.js';
import type { SlotRequest } from '../db/slot-store.js';
import { whyIneligible } from '../domain/enrollment/eligibility.js';
import type { Standing } from '../domain/enrollment/enrollment.js';
import { beginAtSlot } from '../domain/enrollment/postpone.js';
import { begin } from '../domain/enrollment/progress.js';
import { findStep } from '../domain/sequence/definition.js';
import { factsOf, readProspect, type Prospect, type Purpose } from './read-prospect.js';
import {
  refused,
  type EnrollingContext,
  type EnrollmentRefusal,
  type EnrollmentRequest,
} from './request.js';
import { awaitBudget, slotOfFirst } from './send-budget.js';

/** What enrolling a contact would come to. */
export type Judgement = Eligible | Ineligible;

/** The contact may be enrolled, and would begin like this. */
export interface Eligible {
  readonly kind: 'eligible';
  /** The id that the enrollment would get. */
  readonly id: string;
  readonly prospect: Prospect & { readonly mailbox: SendingMailbox };
  readonly standing: Standing;
  /** What its first email is to wait for, if it must. */
  readonly wish?: SlotRequest;
}

interface Ineligible {
  readonly kind: 'refused';
  readonly refusal: EnrollmentRefusal;
  /** Whom and what the request names; missing when it names somebody unknown. */
  readonly prospect?: Prospect;
}

/**
 * Whether a contact may be enrolled, and when the first step would run: the same judgement that enrolling makes, without
 * writing anything. What it says may be outdated a moment later.
 */
export function judgeEnrollment(
  context: EnrollingContext,
  request: EnrollmentRequest,
): Promise<Judgement> {
  return judge(context, request, 'judge');
}

/** Judges, and with the purpose `enroll` holds what the judgement rests on until the transaction ends. */
export async function judge(
  context: EnrollingContext,
  request: EnrollmentRequest,
  purpose: Purpose,
): Promise<Judgement> {
  const prospect = await readProspect(context, request, purpose);
  if ('kind' in prospect) return prospect;
  const reason = whyIneligible(await factsOf(context, prospect));
  if (reason !== undefined) return { ...refused(reason), prospect };
  const { mailbox, definition, choices } = prospect;
  if (mailbox === null) throw new Error('a contact was found eligible without a mailbox');
  const { now } = context;
  const id = newId(now);
  const eligible = { kind: 'eligible', id, prospect: { ...prospect, mailbox } } as const;
  const standing = begin(definition, now, choices.start);
  const step = findStep(definition, standing.stepId ?? '')?.step;
  // A first email that is to go out later takes its slot then, like any other.
  const wish =
    standing.nextAt === now ? slotOfFirst(context, { enrollmentId: id, step, mailbox }) : undefined;
  const mayWait = request.onLimit === 'defer';
  const slot = wish && (await awaitBudget(context, wish, { mayWait, lock: purpose === 'enroll' }));
  if (slot === undefined) return { ...eligible, standing };
  if ('code' in slot) return { ...refused(slot), prospect };
  return { ...eligible, standing: beginAtSlot(standing, slot), ...(wish && { wish }) };
}
