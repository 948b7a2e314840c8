import type { Reference } from '../../db/queries/reference.js';
import { pausesOf, type SendingPause } from '../../db/queries/sending-pauses.js';
import type { LimitKind } from '../../domain/capacity/limits.js';
import type { PlayedStep } from '../../domain/enrollment/play-through/played-steps.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { Instant } from '../../domain/time/types.js';
import { judgeEnrollment, type Judgement } from '../enrollment/judge-enrollment.js';
import { refuseEnrollment } from '../enrollment/refuse-enrollment.js';
import type { EnrollingContext, EnrollmentRequest } from '../enrollment/request.js';
import { whenFree } from '../enrollment/send-budget.js';
import { createStepPlanner, type StepPlanner } from './plan-steps.js';

/** What is asked: the same as to enroll, for each of some contacts. */
interface PreviewRequest {
  readonly common: Omit<EnrollmentRequest, 'contact'>;
  readonly contacts: readonly Reference[];
  /** After how many days tasks that are waited for are completed; null for never. */
  readonly completeTasksAfterDays: number | null;
}

/** What enrolling one contact would come to. */
export interface PreviewedEnrollment {
  readonly judgement: Judgement;
  /** When the first email could go out; undefined when the first step sends none, or the contact is refused. */
  readonly firstSend: Slot | undefined;
  /** Every step with its date; of a refused contact as if it were not. None of one that is unknown. */
  readonly steps: readonly PlayedStep[];
}

export interface PreviewedEnrollments {
  /** What all of them would be under. */
  readonly pauses: readonly SendingPause[];
  /** In the order of the contacts. */
  readonly results: readonly PreviewedEnrollment[];
}

interface Slot {
  readonly at: Instant;
  readonly limit: LimitKind | undefined;
}

interface Asked {
  readonly context: EnrollingContext;
  readonly planner: StepPlanner;
  /** What was found for a mailbox and a time. */
  readonly slots: Map<string, Slot>;
}

/**
 * What enrolling each contact would come to, as if it were enrolled alone: judged as enrolling judges, played through as it
 * would run, with nothing written and no slot reserved (ENR-14, ENR-15). Refuses a call that names a sequence, a person or a
 * mailbox that is unknown; an unknown contact is one refused result.
 */
export async function previewEnrollments(
  context: EnrollingContext,
  { common, contacts, completeTasksAfterDays }: PreviewRequest,
): Promise<PreviewedEnrollments> {
  const { tx, accountId, enroller } = context;
  const pauses = await pausesOf(tx, accountId, common.sequenceId, enroller.id);
  const assuming = { completeTasksAfterDays, isHeld: pauses.length > 0 };
  const planner = createStepPlanner(context, assuming);
  const asked: Asked = { context, planner, slots: new Map() };
  const results: PreviewedEnrollment[] = [];
  let checked: Pick<EnrollmentRequest, 'checked'> = {};
  for (const contact of contacts) {
    const judgement = await judgeEnrollment(context, { ...common, contact, ...checked });
    // What was chosen is checked once: it is the same for all of them.
    if (judgement.prospect) checked = { checked: judgement.prospect.choices };
    results.push(await previewOne(asked, judgement));
  }
  return { pauses, results };
}

async function previewOne(asked: Asked, judgement: Judgement): Promise<PreviewedEnrollment> {
  const { prospect } = judgement;
  if (prospect === undefined) return refuseUnlessContact(judgement);
  const { timeZone } = prospect;
  const firstSend = judgement.kind === 'eligible' ? await slotOf(asked, judgement) : undefined;
  const people = {
    contactId: prospect.candidate.contact.id,
    senderId: prospect.sender.id,
    taskAssigneeId: prospect.assignee.id,
  };
  const steps = await asked.planner.steps({
    ...{ definition: prospect.definition, timeZone, start: prospect.choices.start, people },
    ...(judgement.kind === 'eligible' && { standing: judgement.standing }),
    ...(firstSend?.limit !== undefined && {
      firstSlot: { at: firstSend.at, limit: firstSend.limit },
    }),
  });
  return { judgement, firstSend, steps };
}

/** Of a name that is unknown, only the contact's concerns one result alone. */
function refuseUnlessContact(judgement: Judgement): PreviewedEnrollment {
  if (judgement.kind === 'eligible') throw new Error('an eligible contact is known');
  const { refusal } = judgement;
  if (refusal.code !== 'NOT_FOUND' || refusal.noun !== 'contact') return refuseEnrollment(refusal);
  return { judgement, firstSend: undefined, steps: [] };
}

/** When the first email could go out; undefined when the first step sends none. */
async function slotOf(
  { context, slots }: Asked,
  { standing, prospect }: Extract<Judgement, { readonly kind: 'eligible' }>,
): Promise<Slot | undefined> {
  const first = findStep(prospect.definition, standing.stepId ?? '')?.step;
  if (first?.kind !== 'automated_email') return undefined;
  const at = standing.nextAt ?? context.now;
  const key = `${prospect.mailbox.id} ${at}`;
  const slot = slots.get(key) ?? (await whenFree(context, prospect.mailbox, at));
  slots.set(key, slot);
  return slot;
}
