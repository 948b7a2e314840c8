import type { z } from 'zod';
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
import type { CheckedChoices } from '../enrollment/choices.js';
import { draftOf } from '../../domain/sequence/edit.js';
import { chooseTimeZone } from '../../domain/time/choose-zone.js';
import type { TimeZone } from '../../domain/time/types.js';
import { judgeReplacement, refuseDraft, withFindings } from '../sequence/edit-sequence.js';
import { refuseWithoutActingUser, type CallContext } from '../../api/http/endpoint.js';
import { refuseUnknown } from '../../api/http/problem.js';
import { refuseEnrollment } from '../../api/http/refuse-enrollment.js';
import { unknownReferences } from '../sequence/require-references.js';
import type { simulationInput } from '../../api/shapes/simulation.js';
import { readSteps } from '../sequence/step-content.js';

export type SimulationInput = z.output<typeof simulationInput>;

export interface Simulation {
  readonly life: PlayedLife;
  readonly timeZone: TimeZone;
  readonly missingTokens: readonly MissingToken[];
}

/** Plays a sequence through as the body says; nothing is written. Refuses a draft or a script with all that is wrong with it. */
export async function simulate(
  call: CallContext,
  sequence: Sequence,
  body: SimulationInput,
): Promise<Simulation> {
  const { tx, accountId } = call;
  const now = body.from ?? call.now;
  const version = await definitionOf(call, sequence, body);
  const { overrides, start } = await choicesOf({ tx, accountId, now }, version, body);
  const definition = overlay(version, overrides);
  const people = await peopleOf(call, body);
  const { contact } = people;
  const timeZone =
    body.timeZone ??
    chooseTimeZone({
      useContactZone: definition.settings.useContactTimeZone,
      contactZone: contact?.timeZone ?? null,
      senderZone: people.sender().timeZone,
    });
  const calendars = await readHolidays(tx, accountId, definition.settings.holidayCalendarIds);
  const { script, completeTasksAfterDays } = body;
  const play = {
    ...{ definition, timeZone, script, completeTasksAfterDays },
    holidays: new Set([...calendars, ...body.holidays]),
    ...{ at: now, start },
    ...(await absencesOf(call, people.named)),
    ...(await opensOf(call, definition, contact)),
  };
  const problems = scriptProblems(play);
  if (problems.length > 0) return refuseDraft(problems);
  const values = contact && tokenValues(contact, people.company, people.sender());
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

/** The version that is meant, with the steps and settings that the body gives in the place of its own. */
async function definitionOf(
  call: CallContext,
  sequence: Sequence,
  { version, steps, settings }: SimulationInput,
): Promise<SequenceDefinition> {
  const { definition } = await versionOf(call, sequence, version);
  if (steps === undefined && settings === undefined) return definition;
  const content = steps && (await readSteps(call, steps));
  const kept = draftOf({ name: sequence.name, definition });
  const draft = {
    ...kept,
    steps: content?.steps ?? kept.steps,
    settings: { ...kept.settings, ...settings },
  };
  const verdict = withFindings(content, await judgeReplacement(call, sequence, draft));
  if (!verdict.ok) return refuseDraft(verdict.problems);
  const unknown = await unknownReferences(call, verdict.definition, definition);
  return unknown.length > 0 ? refuseDraft(unknown) : verdict.definition;
}

async function versionOf(
  { tx, accountId }: CallContext,
  sequence: Sequence,
  version: number | undefined,
): Promise<Pick<Sequence, 'definition'>> {
  if (version === undefined) return sequence;
  const found = await findVersion(tx, accountId, sequence.id, version);
  return found ?? refuseUnknown('version', '/version');
}

async function peopleOf(
  { tx, accountId, actingUser }: CallContext,
  body: Pick<SimulationInput, 'contact' | 'sender'>,
): Promise<{
  readonly contact: Contact | undefined;
  readonly company: Company | null;
  /** The sender that the call names. */
  readonly named: User | undefined;
  /** Refuses a call that needs one and names none. */
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
    sender: () => named ?? actingUser ?? refuseWithoutActingUser(),
  };
}

/** When those are away who would send and get the tasks: the acting user, unless the call names a sender. */
async function absencesOf(
  { tx, accountId, actingUser }: CallContext,
  sender: User | undefined,
): Promise<Pick<Play, 'absences'>> {
  const assignee = actingUser ?? sender;
  if (assignee === undefined) return {};
  const people = { senderId: (sender ?? assignee).id, taskAssigneeId: assignee.id };
  const absences = await readAbsences(tx, accountId, people);
  return absences ? { absences } : {};
}

/** When the contact opened mails, where the settings plan by it. */
async function opensOf(
  { tx, accountId }: CallContext,
  definition: SequenceDefinition,
  contact: Contact | undefined,
): Promise<Pick<Play, 'opens'>> {
  if (contact === undefined || !plansByOpens(definition)) return {};
  return { opens: (await readOpens(tx, accountId, [contact.id])).get(contact.id) };
}
