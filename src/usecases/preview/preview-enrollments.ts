import type { z } from 'zod';
import type { Reference } from '../../db/queries/reference.js';
import { pausesOf } from '../../db/queries/sending-pauses.js';
import type { LimitKind } from '../../domain/capacity/limits.js';
import { findStep } from '../../domain/sequence/definition.js';
import { localIso } from '../../domain/time/format.js';
import type { Instant } from '../../domain/time/types.js';
import { judgeEnrollment, type Judgement } from '../enrollment/judge-enrollment.js';
import type { EnrollingContext, EnrollmentRequest } from '../enrollment/request.js';
import { whenFree } from '../enrollment/send-budget.js';
import { createStepPlanner, type StepPlanner } from './plan-steps.js';
import { refuseEnrollment } from '../../api/http/refuse-enrollment.js';
import type { SelectionPage } from '../contact/select-contacts.js';
import { showPauses } from '../../api/shapes/pauses.js';
import type { previewedEnrollment, previewReply } from '../../api/shapes/enrollment-preview.js';

type Previewed = z.input<typeof previewedEnrollment>;

/** What is asked: the same as to enroll, for each of some contacts. */
interface PreviewRequest {
  readonly common: Omit<EnrollmentRequest, 'contact'>;
  readonly contacts: readonly Reference[];
  /** The place of the first of them, and where the next ones are found; nowhere without it. */
  readonly page?: Pick<SelectionPage, 'firstIndex' | 'paging'>;
  /** After how many days tasks that are waited for are completed; null for never. */
  readonly completeTasksAfterDays: number | null;
}

const onlyPage = { firstIndex: 0, paging: { next: null } };

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
  { common, contacts, completeTasksAfterDays, page = onlyPage }: PreviewRequest,
): Promise<z.input<typeof previewReply>> {
  const { tx, accountId, enroller } = context;
  const pauses = await pausesOf(tx, accountId, common.sequenceId, enroller.id);
  const assuming = { completeTasksAfterDays, isHeld: pauses.length > 0 };
  const planner = createStepPlanner(context, assuming);
  const asked: Asked = { context, planner, slots: new Map() };
  const results: Previewed[] = [];
  let checked: Pick<EnrollmentRequest, 'checked'> = {};
  for (const [index, contact] of contacts.entries()) {
    const judgement = await judgeEnrollment(context, { ...common, contact, ...checked });
    // What was chosen is checked once: it is the same for all of them.
    if (judgement.prospect) checked = { checked: judgement.prospect.choices };
    results.push({ index: page.firstIndex + index, ...(await previewOne(asked, judgement)) });
  }
  const eligible = results.filter(({ status }) => status === 'eligible').length;
  const refused = results.length - eligible;
  return { eligible, refused, pauses: showPauses(pauses), results, paging: page.paging };
}

async function previewOne(asked: Asked, judgement: Judgement): Promise<Omit<Previewed, 'index'>> {
  const { prospect } = judgement;
  if (prospect === undefined) return refuseUnlessContact(judgement);
  const { timeZone, mailbox } = prospect;
  const slot = judgement.kind === 'eligible' ? await slotOf(asked, judgement) : undefined;
  const contactId = prospect.candidate.contact.id;
  const people = { senderId: prospect.sender.id, taskAssigneeId: prospect.assignee.id };
  return {
    contactId,
    ...verdictOf(judgement),
    choices: { timeZone, ...people, mailboxId: mailbox?.id ?? null },
    firstSend: slot
      ? { at: slot.at, local: localIso(slot.at, timeZone), limit: slot.limit ?? null }
      : null,
    missingTokens: [...prospect.missingTokens],
    steps: await asked.planner.steps({
      ...{ definition: prospect.definition, timeZone, start: prospect.choices.start },
      people: { ...people, contactId },
      ...(judgement.kind === 'eligible' && { standing: judgement.standing }),
      ...(slot?.limit !== undefined && { firstSlot: { at: slot.at, limit: slot.limit } }),
    }),
  };
}

function verdictOf(judgement: Judgement): Pick<Previewed, 'status' | 'refusal'> {
  if (judgement.kind === 'eligible') return { status: 'eligible', refusal: null };
  const { code, detail, ...rest } = judgement.refusal;
  const { extensions, ...plain } = { extensions: {}, ...rest };
  return { status: 'refused', refusal: { ...extensions, ...plain, code, detail } };
}

/** Of a name that is unknown, only the contact's concerns one result alone. */
function refuseUnlessContact(judgement: Judgement): Omit<Previewed, 'index'> {
  if (judgement.kind === 'eligible') throw new Error('an eligible contact is known');
  const { refusal } = judgement;
  if (refusal.code !== 'NOT_FOUND' || refusal.noun !== 'contact') return refuseEnrollment(refusal);
  const { code, detail } = refusal;
  return {
    ...{ contactId: null, status: 'refused', refusal: { code, detail } },
    ...{ choices: null, firstSend: null, missingTokens: [], steps: [] },
  };
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
