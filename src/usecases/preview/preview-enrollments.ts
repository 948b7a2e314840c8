import type { NamedReference } from '../../db/queries/contact-references.js';
import { pausesOf, type NamedPause } from '../../db/queries/sending-pauses.js';
import type { LimitKind } from '../../domain/capacity/limits.js';
import type { PlayedStep } from '../../domain/enrollment/play-through/played-steps.js';
import { awaitedSlot } from '../../domain/enrollment/postpone.js';
import type { Warning } from '../../domain/segment/selection.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { Instant } from '../../domain/time/types.js';
import { judgeEnrollments, type Judgement } from '../enrollment/judge-enrollment.js';
import { refuseEnrollment } from '../enrollment/refuse-enrollment.js';
import type { CommonRequest } from '../enrollment/read-terms.js';
import type { EnrollingContext } from '../enrollment/request.js';
import { whenFree } from '../enrollment/send-budget.js';
import { createStepPlanner, type Planned, type PlannedSteps } from './plan-steps.js';

/** What is asked for: the same as for enrolling, for each of some contacts. */
interface PreviewRequest {
  readonly common: CommonRequest;
  readonly contacts: readonly NamedReference[];
  /** After how many days tasks that the sequence waits for are completed; null for never. */
  readonly completeTasksAfterDays: number | null;
}

/** What enrolling one contact would come to. */
export interface PreviewedEnrollment {
  readonly judgement: Judgement;
  /** When the first email could go out; undefined when the first step sends none, or the contact is refused. */
  readonly firstSend: Slot | undefined;
  /** Every step with its date. A refused contact gets the dates as if it were not refused; an unknown one gets none. */
  readonly steps: readonly PlayedStep[];
  readonly warnings: readonly Warning[];
}

export interface PreviewedEnrollments {
  /** The pauses that would hold all of them. */
  readonly pauses: readonly NamedPause[];
  /** In the order of the contacts. */
  readonly results: readonly PreviewedEnrollment[];
}

interface Slot {
  readonly at: Instant;
  readonly limit: LimitKind | undefined;
}

const nothing: PlannedSteps = { steps: [], warnings: [] };

type Asked = Pick<PreviewedEnrollment, 'judgement' | 'firstSend'>;

/**
 * What enrolling each contact would come to, as if it were enrolled alone. It is judged as enrolling judges and played
 * through as it would run, with nothing written and no slot reserved (ENR-14, ENR-15). A call that names an unknown
 * sequence, person or mailbox is refused; an unknown contact is one refused result.
 */
export async function previewEnrollments(
  context: EnrollingContext,
  { common, contacts, completeTasksAfterDays }: PreviewRequest,
): Promise<PreviewedEnrollments> {
  const { tx, accountId, enroller } = context;
  const pauses = await pausesOf(tx, accountId, [common.sequenceId], enroller.id);
  const assuming = { completeTasksAfterDays, isHeld: pauses.length > 0 };
  const planner = createStepPlanner(context, assuming);
  const judgements = await judgeEnrollments(context, common, contacts);
  if ('kind' in judgements) return refuseEnrollment(judgements.refusal);
  const slots = new Map<string, Slot>();
  const asked: Asked[] = [];
  for (const judgement of judgements) {
    if (judgement.prospect === undefined) refuseUnlessContact(judgement);
    const isEligible = judgement.kind === 'eligible';
    const firstSend = isEligible ? await slotOf({ context, slots }, judgement) : undefined;
    asked.push({ judgement, firstSend });
  }
  const planned = asked.map(plannedOf);
  const played = await planner.play(planned.flatMap((each) => each ?? []));
  let next = 0;
  return {
    pauses,
    results: asked.map(({ judgement, firstSend }, index) => ({
      judgement,
      firstSend: firstSend && { ...firstSend, limit: firstSend.limit ?? limitOf(judgement) },
      ...(planned[index] === undefined ? nothing : (played[next++] ?? nothing)),
    })),
  };
}

/** The limit for which an enrollment was given a later slot when it was judged. */
function limitOf(judgement: Judgement): LimitKind | undefined {
  return judgement.kind === 'eligible' ? awaitedSlot(judgement.standing)?.limit : undefined;
}

/** What is played through for one contact; nothing for an unknown one. */
function plannedOf({ judgement, firstSend }: Asked): Planned | undefined {
  const { prospect } = judgement;
  if (prospect === undefined) return undefined;
  const { timeZone, definition } = prospect;
  const people = {
    contactId: prospect.candidate.contact.id,
    senderId: prospect.sender.id,
    taskAssigneeId: prospect.assignee.id,
  };
  return {
    ...{ definition, timeZone, start: prospect.choices.start, people },
    ...(judgement.kind === 'eligible' && { standing: judgement.standing }),
    ...(firstSend?.limit !== undefined && {
      firstSlot: { at: firstSend.at, limit: firstSend.limit },
    }),
  };
}

/** An unknown contact concerns one result alone; any other unknown name concerns the whole call. */
function refuseUnlessContact(judgement: Judgement): void {
  if (judgement.kind === 'eligible') throw new Error('an eligible contact is known');
  const { refusal } = judgement;
  if (refusal.code !== 'NOT_FOUND' || refusal.noun !== 'contact') refuseEnrollment(refusal);
}

/** When the first email could go out; undefined when the first step sends none. */
async function slotOf(
  {
    context,
    slots,
  }: {
    readonly context: EnrollingContext;
    /** What was found for a mailbox and a time. */
    readonly slots: Map<string, Slot>;
  },
  { standing, prospect }: Extract<Judgement, { readonly kind: 'eligible' }>,
): Promise<Slot | undefined> {
  const first = findStep(prospect.definition, standing.stepId ?? '')?.step;
  if (first?.kind !== 'automated_email') return undefined;
  const at = standing.nextAt ?? context.now;
  const { mailbox, firstCalendar } = prospect;
  const key = `${mailbox.id} ${at} ${firstCalendar?.timeZone ?? ''}`;
  const slot = slots.get(key) ?? (await whenFree(context, mailbox, at, firstCalendar));
  slots.set(key, slot);
  return slot;
}
