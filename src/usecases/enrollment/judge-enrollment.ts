import { newId } from '../../db/new-id.js';
import { findCandidates, type Candidate } from '../../db/queries/candidates.js';
import type { NamedReference } from '../../db/queries/contact-references.js';
import type { SendingMailbox } from '../../db/queries/mailboxes.js';
import type { SlotRequest } from '../sending/slots.js';
import { whyIneligible } from '../../domain/enrollment/eligibility.js';
import type { Standing } from '../../domain/enrollment/enrollment.js';
import { beginAtSlot } from '../../domain/enrollment/postpone.js';
import { begin } from '../../domain/enrollment/progress.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { Calendar, Instant } from '../../domain/time/types.js';
import { eligibilityFacts, prospectOf, type Prospect } from './prospect.js';
import { readTerms, type CommonRequest, type Terms } from './read-terms.js';
import {
  refused,
  unknownName,
  type EnrollingContext,
  type EnrollmentRefusal,
  type Refused,
} from './request.js';
import {
  findFirstSlot,
  sharedRoom,
  slotOfFirst,
  type FirstSlot,
  type RoomFinder,
} from './send-budget.js';

/** How many contacts are judged at a time. */
const perTurn = 25;

/** What enrolling a contact would come to. */
export type Judgement = Eligible | Ineligible;

/** The contact may be enrolled, and would begin like this. */
export interface Eligible {
  readonly kind: 'eligible';
  /** The id that the enrollment would get. */
  readonly id: string;
  readonly prospect: Prospect & { readonly mailbox: SendingMailbox };
  readonly standing: Standing;
  /** The slot to take for its first email: one that it must wait for, or, in a bulk enrollment, any. */
  readonly slot?: FirstSlot & { readonly wish: SlotRequest };
}

interface Ineligible {
  readonly kind: 'refused';
  readonly refusal: EnrollmentRefusal;
  /** The people and things that the request names; missing when a name is unknown. */
  readonly prospect?: Prospect;
}

/**
 * Whether contacts may be enrolled, each as if alone, and when the first step would run. It is the same judgement that
 * enrolling makes, without writing or locking anything, in the order of the contacts. What all of them share is read
 * once. The result may be outdated a moment later.
 */
export async function judgeEnrollments(
  context: EnrollingContext,
  request: CommonRequest,
  contacts: readonly NamedReference[],
): Promise<readonly Judgement[] | Refused> {
  const { tx, accountId, enroller } = context;
  const terms = await readTerms(context, request, 'judge');
  if ('kind' in terms) return terms;
  const candidates = await findCandidates(tx, accountId, contacts, enroller);
  const roomFor = sharedRoom(context);
  const judgements: Judgement[] = [];
  for (const [index, candidate] of candidates.entries()) {
    // Lets other calls have their turn in between.
    if (index % perTurn === perTurn - 1) await new Promise(setImmediate);
    judgements.push(await judgeCandidate(context, { terms, request, roomFor }, candidate));
  }
  return judgements;
}

/** Judges one contact by terms that have been read; undefined stands for an unknown contact. */
export async function judgeCandidate(
  context: EnrollingContext,
  by: {
    readonly terms: Terms;
    readonly request: CommonRequest;
    /** How a free slot for the first email is looked for. */
    readonly roomFor: RoomFinder;
  },
  candidate: Candidate | undefined,
): Promise<Judgement> {
  const { terms, request, roomFor } = by;
  const { people } = terms;
  if (candidate === undefined) return unknownName('contact', '/contact');
  if ('kind' in people) return people;
  const prospect = prospectOf(terms, people, request, candidate);
  const reason = whyIneligible(eligibilityFacts(context.enroller, people, prospect));
  if (reason !== undefined) return { ...refused(reason), prospect };
  const { mailbox, definition, choices, firstCalendar: calendar } = prospect;
  const { contact } = candidate;
  if (mailbox === null) throw new Error('a contact was found eligible without a mailbox');
  const id = newId(context.now);
  const eligible = { kind: 'eligible', id, prospect: { ...prospect, mailbox } } as const;
  const { timeZone } = prospect;
  const standing = begin(
    definition,
    { at: context.now, timeZone, ...terms.calendars },
    choices.start,
  );
  const step = findStep(definition, standing.stepId ?? '')?.step;
  const at = whenToAsk(context, request, { standing, calendar });
  const first = { enrollmentId: id, step, mailbox, contact, calendar, pace: request.pace };
  const wish = at === undefined ? undefined : slotOfFirst(context, { ...first, at });
  if (wish === undefined) return { ...eligible, standing };
  const mayWait = request.onLimit === 'defer';
  const slot = await findFirstSlot(context, wish, { mayWait, roomFor, timeZone });
  if (slot === undefined) return { ...eligible, standing };
  if ('code' in slot) return { ...refused(slot), prospect };
  const { awaited } = slot;
  const begun = awaited === undefined ? standing : beginAtSlot(standing, awaited);
  return { ...eligible, standing: begun, slot: { ...slot, wish } };
}

/**
 * The instant from which the first email needs a slot, or undefined: now, or when the send window lets it out. An email
 * whose time was chosen takes its slot then, like any other; in a bulk enrollment the slot is reserved at once.
 */
function whenToAsk(
  { now }: EnrollingContext,
  { pace }: CommonRequest,
  first: { readonly standing: Standing; readonly calendar: Calendar | null },
): Instant | undefined {
  const { nextAt } = first.standing;
  if (nextAt === null) return undefined;
  return nextAt === now || first.calendar !== null || pace !== undefined ? nextAt : undefined;
}
