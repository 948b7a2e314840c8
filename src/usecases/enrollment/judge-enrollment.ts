import { newId } from '../../db/new-id.js';
import type { SendingMailbox } from '../../db/queries/mailboxes.js';
import type { SlotRequest } from '../sending/slots.js';
import { whyIneligible } from '../../domain/enrollment/eligibility.js';
import type { Standing } from '../../domain/enrollment/enrollment.js';
import { beginAtSlot } from '../../domain/enrollment/postpone.js';
import { begin } from '../../domain/enrollment/progress.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { Instant } from '../../domain/time/types.js';
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
  /** The slot to take for its first email: one that it must wait for, or any of a bulk enrollment. */
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
  const { contact } = prospect.candidate;
  if (mailbox === null) throw new Error('a contact was found eligible without a mailbox');
  const id = newId(context.now);
  const eligible = { kind: 'eligible', id, prospect: { ...prospect, mailbox } } as const;
  const standing = begin(definition, context.now, choices.start);
  const step = findStep(definition, standing.stepId ?? '')?.step;
  const at = whenToAsk(context, request, standing);
  const { pace } = request;
  const wish =
    at === undefined
      ? undefined
      : slotOfFirst(context, { enrollmentId: id, step, mailbox, contact, at, pace });
  if (wish === undefined) return { ...eligible, standing };
  const mayWait = request.onLimit === 'defer';
  const slot = await awaitBudget(context, wish, { mayWait, lock: purpose === 'enroll' });
  if (slot === undefined) return { ...eligible, standing, ...(pace && { wish }) };
  if ('code' in slot) return { ...refused(slot), prospect };
  return { ...eligible, standing: beginAtSlot(standing, slot), wish };
}

/**
 * From when on the first email needs a slot, or undefined: one that is to go out later takes it then, like any other, but one
 * of a bulk enrollment has it reserved at once.
 */
function whenToAsk(
  { now }: EnrollingContext,
  { pace }: EnrollmentRequest,
  { nextAt }: Standing,
): Instant | undefined {
  if (nextAt === null) return undefined;
  return nextAt === now || pace !== undefined ? nextAt : undefined;
}
