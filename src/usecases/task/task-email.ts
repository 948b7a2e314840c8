import { findCorrespondence, type Correspondence } from '../../db/queries/correspondence.js';
import type { EnrollmentRecord } from '../../db/queries/enrollments/read.js';
import { clearFreed } from '../../db/queries/send-slots.js';
import { definitionFor } from '../../db/queries/enrollments/definition.js';
import { suppressionOf } from '../../db/queries/suppressions.js';
import type { TaskListing } from '../../db/queries/tasks.js';
import { findThreadParent } from '../../db/queries/thread-parent.js';
import { slotOfEmail } from '../sending/slot-of-email.js';
import { takeSlot } from '../sending/slots.js';
import { valuesAt } from '../../domain/enrollment/overlay.js';
import type { ThreadParent } from '../../domain/message/threading.js';
import { tokenValues } from '../../domain/message/token-values.js';
import type { TokenValues } from '../../domain/message/tokens.js';
import type { MessageText } from '../../domain/message/render-message.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { EmailContent, Threading } from '../../domain/sequence/step.js';
import type { DraftProblem } from '../../domain/sequence/draft.js';
import { maxHtmlLength } from '../../domain/sequence/step-rules.js';
import { templateProblems } from '../../domain/sequence/template.js';
import type { TaskEmailFacts, TaskEmailRefusal } from '../../domain/task/task-email.js';
import { formatLocal } from '../../domain/time/format.js';
import { secondsUntil } from '../../domain/time/instant.js';
import type { Act } from '../act.js';
import { refuse, refuseFields } from '../refusal.js';
import { openPassword } from '../people/mailbox-password.js';
import { readRichTexts } from '../sequence/read-rich-texts.js';

/** What the email of a manual email task would be made of. */
export interface TaskMail {
  readonly people: Correspondence;
  /** The content of its step; undefined for a step without content (TSK-15). */
  readonly attached: EmailContent | undefined;
  readonly threading: Threading;
  /** The earlier email that it answers, as that was sent (TSK-21). */
  readonly parent: ThreadParent | undefined;
  /** The email that it answers was never sent, and the sequence says to stop then. */
  readonly lacksParent: boolean;
  /** What its tokens stand for. */
  readonly values: TokenValues;
}

/**
 * Reads it. With `lock` the mailbox and the sender of the locked enrollment are locked too, because a send slot is to
 * be taken.
 */
export async function readTaskMail(
  { tx, accountId }: Act,
  { task }: TaskListing,
  { row, version }: EnrollmentRecord,
  { lock }: { readonly lock: boolean },
): Promise<TaskMail> {
  // A step that an edit has deleted meanwhile still has its task.
  const definition = await definitionFor(tx, { ...row, stepId: task.stepId }, version);
  const step = findStep(definition, task.stepId)?.step;
  const threading = step?.threading ?? { kind: 'new' };
  const people = await findCorrespondence(tx, accountId, row, { lock });
  if (people === undefined) throw new Error('an enrollment lost its contact or sender');
  const { parent, isMissing } = await findThreadParent(tx, row, threading);
  const known = tokenValues(people.contact, people.company, people.sender, people);
  return {
    people,
    attached: step?.email,
    threading,
    parent,
    lacksParent: isMissing && definition.settings.onParentMissing === 'stop',
    values: valuesAt(known, row.overrides, task.stepId),
  };
}

/** What the rules of sending it need to know. */
export async function taskEmailFacts(
  { tx, accountId, ports }: Act,
  { task, email }: TaskListing,
  { heldBy = null }: EnrollmentRecord,
  { people, lacksParent }: TaskMail,
): Promise<TaskEmailFacts> {
  const { contact, sender, mailbox } = people;
  const address = contact.email;
  return {
    task,
    email: email?.state ?? null,
    isAccountPaused: heldBy === 'account_paused',
    sender: { isActive: sender.deactivatedAt === null, hasSeat: sender.hasSeat },
    mailbox: { state: mailbox.state, password: openPassword(ports.vault, mailbox).kind },
    address,
    suppression: address === null ? undefined : await suppressionOf(tx, accountId, address),
    lacksParent,
  };
}

/** Refuses a call with the reason why the email of a task is not sent. */
export function refuseTaskEmail({ code, detail, ...extensions }: TaskEmailRefusal): never {
  return refuse(code, { detail, extensions });
}

/**
 * What the user wants to send: their own text where they have written some, and the template's for the rest (SEQ-26). A
 * formatted text is checked and cleaned like any other. Refuses content that is neither written nor attached, with its
 * place.
 */
export async function contentOf(
  act: Act,
  written: { readonly subject?: string | undefined; readonly html?: string | undefined },
  { attached, parent }: TaskMail,
): Promise<MessageText> {
  const { subject = attached?.subject ?? '', html } = written;
  const texts =
    html === undefined ? [] : [{ pointer: '/html', text: html, maxLength: maxHtmlLength }];
  const [read] = await readRichTexts(act, texts);
  const content = { subject: subject.trim(), html: read?.html ?? attached?.html ?? '' };
  const problems = [...(read?.problems ?? []), ...contentProblems(content, parent)];
  if (problems.length > 0) refuseFields(problems.map((problem) => ({ ...problem })));
  return content;
}

/** A reply goes out under the subject of its thread and needs none of its own. */
function contentProblems(
  content: MessageText,
  parent: ThreadParent | undefined,
): readonly DraftProblem[] {
  const needsNone = parent !== undefined && content.subject === '';
  return templateProblems(content).filter(({ pointer }) => !needsNone || pointer !== '/subject');
}

/**
 * Takes the send slot of a task's email now. A person is waiting for it, so the call is refused when there is none
 * (LIM-07, LIM-08).
 */
export async function takeSlotNow(
  { tx, now }: Act,
  { task, email }: TaskListing,
  { row }: EnrollmentRecord,
  { people }: TaskMail,
): Promise<void> {
  const { stepId } = task;
  const address = people.contact.email;
  const wish = slotOfEmail(row, people, { stepId, address, now, calendar: null });
  // An email that was started before and not delivered gives its slot back.
  if (email !== null) await clearFreed(tx, wish.owner, wish.key);
  const slot = await takeSlot(tx, wish);
  if (slot.kind === 'now') return;
  refuse('SEND_LIMIT', {
    detail: `The limit ${slot.limit} leaves no room for an email now; there is room on ${formatLocal(slot.at, row.timeZone)}. Send it then.`,
    retryAfter: secondsUntil(slot.at, now),
    extensions: { limit: slot.limit, nextSlotAt: slot.at },
  });
}
