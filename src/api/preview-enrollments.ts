import type { z } from 'zod';
import { readOpens } from '../db/queries/contact-opens.js';
import { readHolidays } from '../db/queries/holiday-calendars.js';
import type { Reference } from '../db/queries/reference.js';
import { readAbsences } from '../db/queries/user-absences.js';
import type { LimitKind } from '../domain/capacity/limits.js';
import { plansByOpens } from '../domain/enrollment/enrollment.js';
import { playThrough, type Play } from '../domain/enrollment/play-through/play-through.js';
import { scriptProblems } from '../domain/enrollment/play-through/script.js';
import { findStep } from '../domain/sequence/definition.js';
import { localIso } from '../domain/time/format.js';
import type { Absences, Instant, LocalDate } from '../domain/time/types.js';
import { judgeEnrollment, type Judgement } from '../enrolling/judge-enrollment.js';
import type { Prospect } from '../enrolling/read-prospect.js';
import type { EnrollingContext, EnrollmentRequest } from '../enrolling/request.js';
import { whenFree } from '../enrolling/send-budget.js';
import { refuseDraft } from './edit-sequence.js';
import { refuseEnrollment } from './refuse-enrollment.js';
import type { previewedEnrollment } from './shapes/enrollment-preview.js';
import { showPlayedStep } from './shapes/simulation.js';

export type Previewed = z.input<typeof previewedEnrollment>;

/** What is asked: the same as to enroll, for each of some contacts. */
export interface PreviewRequest {
  readonly common: Omit<EnrollmentRequest, 'contact'>;
  readonly contacts: readonly Reference[];
  /** After how many days tasks that are waited for are completed; null for never. */
  readonly completeTasksAfterDays: number | null;
}

interface Slot {
  readonly at: Instant;
  readonly limit: LimitKind | undefined;
}

/** What the contacts of a call share, read once. */
interface Shared {
  readonly slots: Map<string, Slot>;
  readonly holidays: Map<string, ReadonlySet<LocalDate>>;
  readonly absences: Map<string, Absences | undefined>;
}

interface Asked {
  readonly context: EnrollingContext;
  readonly shared: Shared;
  readonly completeTasksAfterDays: number | null;
}

/**
 * What enrolling each contact would come to, as if it were enrolled alone: judged as enrolling judges, played through as it
 * would run, with nothing written and no slot reserved (ENR-14, ENR-15). Refuses a call that names a sequence, a person or a
 * mailbox that is unknown; an unknown contact is one refused result.
 */
export async function previewEnrollments(
  context: EnrollingContext,
  { common, contacts, completeTasksAfterDays }: PreviewRequest,
): Promise<readonly Previewed[]> {
  const shared: Shared = { slots: new Map(), holidays: new Map(), absences: new Map() };
  const asked: Asked = { context, shared, completeTasksAfterDays };
  const results: Previewed[] = [];
  let checked: Pick<EnrollmentRequest, 'checked'> = {};
  for (const [index, contact] of contacts.entries()) {
    const judgement = await judgeEnrollment(context, { ...common, contact, ...checked });
    // What was chosen is checked once: it is the same for all of them.
    if (judgement.prospect) checked = { checked: judgement.prospect.choices };
    results.push({ index, ...(await previewOne(asked, judgement)) });
  }
  return results;
}

async function previewOne(asked: Asked, judgement: Judgement): Promise<Omit<Previewed, 'index'>> {
  const { prospect } = judgement;
  if (prospect === undefined) return refuseUnlessContact(judgement);
  const { timeZone, mailbox } = prospect;
  const slot = judgement.kind === 'eligible' ? await slotOf(asked, judgement) : undefined;
  const play = await playOf(asked, prospect, judgement, slot);
  const [problem] = scriptProblems(play);
  if (problem) return refuseDraft([problem]);
  return {
    contactId: prospect.candidate.contact.id,
    ...verdictOf(judgement),
    choices: {
      timeZone,
      senderId: prospect.sender.id,
      mailboxId: mailbox?.id ?? null,
      taskAssigneeId: prospect.assignee.id,
    },
    firstSend: slot
      ? { at: slot.at, local: localIso(slot.at, timeZone), limit: slot.limit ?? null }
      : null,
    missingTokens: [...prospect.missingTokens],
    steps: playThrough(play).steps.map((step) => showPlayedStep(step, timeZone)),
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

async function playOf(
  { context, shared, completeTasksAfterDays }: Asked,
  prospect: Prospect,
  judgement: Judgement,
  slot: Slot | undefined,
): Promise<Play> {
  const { tx, accountId, now: at } = context;
  const { definition, timeZone } = prospect;
  const { start } = prospect.choices;
  const ids = definition.settings.holidayCalendarIds;
  const key = ids.join();
  const holidays = shared.holidays.get(key) ?? (await readHolidays(tx, accountId, ids));
  shared.holidays.set(key, holidays);
  const people = { senderId: prospect.sender.id, taskAssigneeId: prospect.assignee.id };
  const pair = Object.values(people).join();
  const absences = shared.absences.has(pair)
    ? shared.absences.get(pair)
    : await readAbsences(tx, accountId, people);
  shared.absences.set(pair, absences);
  const { contact } = prospect.candidate;
  const opens = plansByOpens(definition)
    ? (await readOpens(tx, accountId, [contact.id])).get(contact.id)
    : undefined;
  const { limit } = slot ?? {};
  return {
    ...{ definition, timeZone, holidays, at, start, completeTasksAfterDays, script: [] },
    ...(absences && { absences }),
    ...(opens && { opens }),
    ...(judgement.kind === 'eligible' && { standing: judgement.standing }),
    ...(slot && limit !== undefined && { firstSlot: { at: slot.at, limit } }),
  };
}

/** When the first email could go out; undefined when the first step sends none. */
async function slotOf(
  { context, shared }: Asked,
  { standing, prospect }: Extract<Judgement, { readonly kind: 'eligible' }>,
): Promise<Slot | undefined> {
  const first = findStep(prospect.definition, standing.stepId ?? '')?.step;
  if (first?.kind !== 'automated_email') return undefined;
  const at = standing.nextAt ?? context.now;
  const key = `${prospect.mailbox.id} ${at}`;
  const slot = shared.slots.get(key) ?? (await whenFree(context, prospect.mailbox, at));
  shared.slots.set(key, slot);
  return slot;
}
