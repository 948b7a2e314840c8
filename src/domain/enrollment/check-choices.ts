import { parseTemplate } from '../message/tokens.js';
import { isMissingValue, placeholderIn } from '../message/missing-value.js';
import { findStep, type SequenceDefinition } from '../sequence/definition.js';
import type { DraftProblem } from '../sequence/draft.js';
import { commonSettingsProblems } from '../sequence/settings-rules.js';
import type { Step } from '../sequence/step.js';
import {
  lineProblems,
  maxDelayDays,
  maxHtmlLength,
  maxNotesLength,
  maxSubjectLength,
  maxTitleLength,
  textProblems,
} from '../sequence/step-rules.js';
import type { Instant } from '../time/types.js';
import type { EnrollmentOverrides, EnrollmentStart, StepOverride } from './choices.js';

/** What a caller chooses for one enrollment. */
export interface Choices {
  readonly overrides: EnrollmentOverrides;
  readonly start: EnrollmentStart;
}

/** Which texts its account takes for values. */
interface ValueRules {
  readonly placeholdersAreValues: boolean;
}

const maxTokenValues = 100;
const maxTokenValueLength = 2000;
const dayMs = 86_400_000;
/** A first step further ahead than this is taken for a typing mistake. */
const maxDaysAhead = 366;

/**
 * Every rule that choices break, each with its place as a JSON pointer: a step that the sequence does not have, a field that
 * a step of its kind does not have, an unusable text, settings that contradict each other, a start in the past. Formatted
 * texts must have been read before; whether the start step exists is a question of eligibility.
 */
export function choiceProblems(
  { overrides, start }: Choices,
  definition: SequenceDefinition,
  now: Instant,
  account: ValueRules = { placeholdersAreValues: false },
): readonly DraftProblem[] {
  const { settings = {}, steps = {}, tokenValues = {} } = overrides;
  return [
    ...startProblems(start, now),
    ...settingsProblems(settings, definition),
    ...Object.entries(steps).flatMap(([stepId, override]) =>
      overrideProblems(definition, stepId, override, account).map((problem) => ({
        ...problem,
        pointer: `/steps/${escaped(stepId)}${problem.pointer}`,
      })),
    ),
    ...valueProblems(tokenValues, account),
  ];
}

function startProblems({ firstStepAt }: EnrollmentStart, now: Instant): readonly DraftProblem[] {
  if (firstStepAt === undefined) return [];
  const pointer = '/firstStepAt';
  if (firstStepAt < now) {
    const message = `${firstStepAt} has passed (it is ${now}); leave the field out to begin at once.`;
    return [{ pointer, code: 'in_the_past', message }];
  }
  if (Date.parse(firstStepAt) - Date.parse(now) <= maxDaysAhead * dayMs) return [];
  const message = `Lies more than ${maxDaysAhead} days ahead.`;
  return [{ pointer, code: 'too_far_ahead', message }];
}

/**
 * Overridden settings are checked together with the sequence's other settings; a problem points at a field that the caller
 * wrote.
 */
function settingsProblems(
  given: NonNullable<EnrollmentOverrides['settings']>,
  { settings }: SequenceDefinition,
): readonly DraftProblem[] {
  const end = '/settings/sendWindowEndMinute';
  return commonSettingsProblems({ ...settings, ...given }).map((problem) =>
    problem.pointer === end && given.sendWindowEndMinute === undefined
      ? { ...problem, pointer: '/settings/sendWindowStartMinute' }
      : problem,
  );
}

function overrideProblems(
  definition: SequenceDefinition,
  stepId: string,
  override: StepOverride,
  account: ValueRules,
): readonly DraftProblem[] {
  const placed = findStep(definition, stepId);
  if (placed === undefined) {
    const message = `The sequence has no step with the id "${stepId}".`;
    return [{ pointer: '', code: 'unknown_step', message }];
  }
  return [
    ...delayProblems(override, placed.position),
    ...emailProblems(override, placed.step),
    ...taskProblems(override, placed.step),
    ...valueProblems(override.tokenValues ?? {}, account),
  ];
}

function delayProblems({ delayDays }: StepOverride, position: number): readonly DraftProblem[] {
  if (delayDays === undefined) return [];
  const pointer = '/delayDays';
  if (position === 1 && delayDays !== 0) {
    const message = 'The first step has no delay: it runs at once, or at `firstStepAt`.';
    return [{ pointer, code: 'first_step_delay', message }];
  }
  if (Number.isInteger(delayDays) && delayDays >= 0 && delayDays <= maxDelayDays) return [];
  const message = `A delay is a whole number of days from 0 to ${maxDelayDays}, not ${delayDays}.`;
  return [{ pointer, code: 'delay_out_of_range', message }];
}

function emailProblems({ subject, html }: StepOverride, step: Step): readonly DraftProblem[] {
  if (step.email === undefined) {
    return notForThis({ subject, html }, 'The step has no email whose content could be changed.');
  }
  return [
    ...(subject === undefined ? [] : textProblems('/subject', subject, maxSubjectLength)),
    ...(subject === undefined ? [] : lineProblems('/subject', subject)),
    ...(html === undefined ? [] : textProblems('/html', html, maxHtmlLength)),
  ];
}

function taskProblems(override: StepOverride, step: Step): readonly DraftProblem[] {
  const { title, notes, waitsForCompletion } = override;
  if (step.kind === 'automated_email') {
    const message = 'An automated email makes no task: this belongs to the other kinds of step.';
    return notForThis({ title, notes, waitsForCompletion }, message);
  }
  return [
    ...(title === undefined ? [] : textProblems('/title', title, maxTitleLength)),
    ...(title === undefined ? [] : lineProblems('/title', title)),
    ...(notes === undefined || notes === '' ? [] : textProblems('/notes', notes, maxNotesLength)),
  ];
}

/** Fields that a step of this kind does not have. */
function notForThis(fields: object, message: string): readonly DraftProblem[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => ({ pointer: `/${name}`, code: 'not_for_this_kind', message }));
}

function valueProblems(
  values: Readonly<Record<string, string>>,
  account: ValueRules,
): readonly DraftProblem[] {
  const entries = Object.entries(values);
  if (entries.length > maxTokenValues) {
    const message = `There are ${entries.length} values; at most ${maxTokenValues} are allowed.`;
    return [{ pointer: '/tokenValues', code: 'too_many', message }];
  }
  return entries.flatMap(([path, value]) => {
    const pointer = `/tokenValues/${escaped(path)}`;
    return [...pathProblems(pointer, path), ...valueProblem(pointer, value, account)];
  });
}

/** A path is what stands between the braces of a token, without a fallback. */
function pathProblems(pointer: string, path: string): readonly DraftProblem[] {
  const parsed = parseTemplate(`{{${path}}}`);
  if (!parsed.ok) {
    return parsed.errors.map(({ code, message }) => ({ pointer, code: `token_${code}`, message }));
  }
  const [token] = parsed.template.parts;
  if (token?.kind === 'token' && token.path === path) return [];
  const message = 'A value is given for a path such as contact.firstName, without a fallback.';
  return [{ pointer, code: 'token_syntax', message }];
}

function valueProblem(
  pointer: string,
  value: string,
  account: ValueRules,
): readonly DraftProblem[] {
  if (value.length > maxTokenValueLength) {
    const message = `At most ${maxTokenValueLength} characters.`;
    return [{ pointer, code: 'too_long', message }];
  }
  if (!isMissingValue(value, account)) return [];
  const placeholder = placeholderIn(value);
  const message =
    placeholder === undefined
      ? 'Must not be blank.'
      : `"${placeholder}" counts as missing, unless placeholdersAreValues of the account is on.`;
  return [{ pointer, code: 'required', message }];
}

/** A name as a part of a JSON pointer (RFC 6901). */
export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
