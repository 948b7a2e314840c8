import { findAccount } from '../../db/queries/accounts.js';
import { findCompany, type Company } from '../../db/queries/companies.js';
import { readOpens } from '../../db/queries/contact-opens.js';
import { findContact, type Contact } from '../../db/queries/contacts.js';
import { readHolidays } from '../../db/queries/holiday-calendars.js';
import { readAbsences } from '../../db/queries/user-absences.js';
import { findVersion } from '../../db/queries/sequence-versions.js';
import type { Sequence } from '../../db/queries/sequences.js';
import { findUser, type User } from '../../db/queries/users.js';
import type { MissingToken } from '../../domain/enrollment/eligibility.js';
import { plansByOpens } from '../../domain/enrollment/enrollment.js';
import { missingTokens } from '../../domain/enrollment/missing-tokens.js';
import {
  playThrough,
  type Play,
  type PlayedLife,
} from '../../domain/enrollment/play-through/play-through.js';
import { scriptProblems } from '../../domain/enrollment/play-through/script.js';
import { tokenValues } from '../../domain/message/token-values.js';
import { overlay, valuesAt } from '../../domain/enrollment/overlay.js';
import { findStep, type SequenceDefinition } from '../../domain/sequence/definition.js';
import { checkChoices } from '../enrollment/check-choices.js';
import type { CheckedChoices, WrittenChoices } from '../enrollment/choices.js';
import { draftOf } from '../../domain/sequence/edit.js';
import { chooseTimeZone } from '../../domain/time/choose-zone.js';
import type { Instant, LocalDate, TimeZone } from '../../domain/time/types.js';
import type { SequenceDraft } from '../../domain/sequence/draft.js';
import type { Reference } from '../../db/queries/reference.js';
import { judgeReplacement, refuseDraft, withFindings } from '../sequence/edit-sequence.js';
import { requireActingUser, type Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';
import { refuseEnrollment } from '../enrollment/refuse-enrollment.js';
import { unknownReferences } from '../sequence/require-references.js';
import { readSteps, type WrittenStep } from '../sequence/step-content.js';

/** What is played, and with whom; where nothing is said, the sequence's own values count. */
export interface SimulationInput extends Pick<Play, 'script' | 'completeTasksAfterDays'> {
  readonly version?: number | undefined;
  /** Steps that are not saved yet, in place of those of the version. */
  readonly steps?: readonly WrittenStep[] | undefined;
  readonly settings?: SequenceDraft['settings'] | undefined;
  readonly choices?: WrittenChoices | undefined;
  readonly contact?: Reference | undefined;
  readonly sender?: Reference | undefined;
  /** When it is enrolled; if left out, now. */
  readonly from?: Instant | undefined;
  readonly timeZone?: TimeZone | undefined;
  /** Days that are no business days, in addition to those of its calendars. */
  readonly holidays: readonly LocalDate[];
}

export interface Simulation {
  readonly life: PlayedLife;
  readonly timeZone: TimeZone;
  readonly missingTokens: readonly MissingToken[];
}

/**
 * Plays a sequence through as the body says; nothing is written. Refuses a draft or a script with everything that is
 * wrong with it.
 */
export async function simulate(
  act: Act,
  sequence: Sequence,
  body: SimulationInput,
): Promise<Simulation> {
  const { tx, accountId } = act;
  const now = body.from ?? act.now;
  const version = await definitionToPlay(act, sequence, body);
  const { overrides, start } = await choicesOf({ tx, accountId, now }, version, body);
  const definition = overlay(version, overrides);
  const people = await peopleOf(act, body);
  const { contact } = people;
  const timeZone =
    body.timeZone ??
    chooseTimeZone({
      useContactZone: definition.settings.useContactTimeZone,
      contactZone: contact?.timeZone ?? null,
      senderZone: people.sender().timeZone,
    });
  const account = await findAccount(tx, accountId);
  if (account === undefined) return refuseUnknown('account');
  const calendars = await readHolidays(tx, accountId, definition.settings.holidayCalendarIds);
  const { script, completeTasksAfterDays } = body;
  const play = {
    ...{ definition, timeZone, script, completeTasksAfterDays },
    holidays: new Set([...calendars, ...body.holidays]),
    ...{ at: now, start, workingDays: account.workingDays },
    ...(await absencesOf(act, people.named)),
    ...(await opensOf(act, definition, contact)),
  };
  const problems = scriptProblems(play);
  if (problems.length > 0) return refuseDraft(problems);
  const values = contact && tokenValues(contact, people.company, people.sender(), account);
  const startAt = findStep(definition, start.startStepId ?? '')?.position ?? 1;
  return {
    life: playThrough(play),
    timeZone,
    missingTokens: values
      ? missingTokens(definition.steps.slice(startAt - 1), (stepId) =>
          valuesAt(values, overrides, stepId),
        )
      : [],
  };
}

/** What the enrollment has otherwise, by the rules of enrolling. */
async function choicesOf(
  context: Parameters<typeof checkChoices>[0],
  definition: SequenceDefinition,
  { choices = {} }: SimulationInput,
): Promise<CheckedChoices> {
  const checked = await checkChoices(context, definition, choices);
  if (checked.kind === 'checked') return checked;
  const { refusal } = checked;
  if (refusal.code !== 'VALIDATION_FAILED') return refuseEnrollment(refusal);
  return refuseDraft(
    refusal.errors.map((error) => ({ ...error, pointer: `/choices${error.pointer}` })),
  );
}

/** The version that is meant, with the body's steps and settings in place of its own. */
async function definitionToPlay(
  act: Act,
  sequence: Sequence,
  { version, steps, settings }: SimulationInput,
): Promise<SequenceDefinition> {
  const { definition } = await versionOf(act, sequence, version);
  if (steps === undefined && settings === undefined) return definition;
  const content = steps && (await readSteps(act, steps));
  const kept = draftOf({ name: sequence.name, definition });
  const draft = {
    ...kept,
    steps: content?.steps ?? kept.steps,
    settings: { ...kept.settings, ...settings },
  };
  const verdict = withFindings(
    content,
    await judgeReplacement(act, { ...sequence, definition }, draft),
  );
  if (!verdict.ok) return refuseDraft(verdict.problems);
  const unknown = await unknownReferences(act, verdict.definition, definition);
  return unknown.length > 0 ? refuseDraft(unknown) : verdict.definition;
}

async function versionOf(
  { tx, accountId }: Act,
  sequence: Sequence,
  version: number | undefined,
): Promise<Pick<Sequence, 'definition'>> {
  if (version === undefined) return sequence;
  const found = await findVersion(tx, accountId, sequence.id, version);
  return found ?? refuseUnknown('version', '/version');
}

async function peopleOf(
  { tx, accountId, actingUser }: Act,
  body: Pick<SimulationInput, 'contact' | 'sender'>,
): Promise<{
  readonly contact: Contact | undefined;
  readonly company: Company | null;
  /** The sender that the call names. */
  readonly named: User | undefined;
  /** Refuses a call that needs a sender and names none. */
  readonly sender: () => User;
}> {
  const named = body.sender && (await findUser(tx, accountId, body.sender));
  if (body.sender && named === undefined) return refuseUnknown('user', '/sender');
  const contact = body.contact && (await findContact(tx, accountId, body.contact));
  if (body.contact && contact === undefined) return refuseUnknown('contact', '/contact');
  const companyId = contact?.companyId ?? null;
  const company = companyId === null ? undefined : await findCompany(tx, accountId, companyId);
  return {
    contact,
    company: company ?? null,
    named,
    sender: () => named ?? requireActingUser({ actingUser }),
  };
}

/** When the people are away who would send and get the tasks: the acting user, unless the call names a sender. */
async function absencesOf(
  { tx, accountId, actingUser }: Act,
  sender: User | undefined,
): Promise<Pick<Play, 'absences'>> {
  const assignee = actingUser ?? sender;
  if (assignee === undefined) return {};
  const people = { senderId: (sender ?? assignee).id, taskAssigneeId: assignee.id };
  const absences = await readAbsences(tx, accountId, people);
  return absences ? { absences } : {};
}

/** When the contact opened mails, if the settings plan by it. */
async function opensOf(
  { tx, accountId }: Act,
  definition: SequenceDefinition,
  contact: Contact | undefined,
): Promise<Pick<Play, 'opens'>> {
  if (contact === undefined || !plansByOpens(definition)) return {};
  return { opens: (await readOpens(tx, accountId, [contact.id])).get(contact.id) };
}
