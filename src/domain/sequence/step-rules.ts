import { hiddenBraces } from '../message/hidden-braces.js';
import { isOneLine } from '../message/one-line.js';
import { parseTemplate } from '../message/tokens.js';
import type { DraftProblem, StepDraft } from './draft.js';
import { needsSalesNavigator } from './step.js';

/** The longest delay of a step, email and task alike (LIM-01). */
export const maxDelayDays = 90;

/** What the account must have switched on for LinkedIn steps (SEQ-08). */
export const salesNavigator = 'linkedin_sales_navigator';

/** A draft step with its id, and everything that its rules look at. */
export interface StepCase {
  readonly step: StepDraft & { readonly id: string };
  readonly index: number;
  readonly steps: readonly (StepDraft & { readonly id: string })[];
  /** Where each id stands first among the steps. */
  readonly indexById: ReadonlyMap<string, number>;
  readonly capabilities: readonly string[];
}

const idForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const maxSubjectLength = 500;
export const maxHtmlLength = 100_000;
export const maxTitleLength = 500;
export const maxNotesLength = 10_000;

/** Every rule that one step breaks. */
export function stepProblems(stepCase: StepCase): readonly DraftProblem[] {
  return [idRules, kindRules, delayRules, emailRules, replyRules, taskRules].flatMap((rules) =>
    rules(stepCase).map((problem) => ({
      ...problem,
      pointer: `/steps/${stepCase.index}${problem.pointer}`,
    })),
  );
}

type Rules = (stepCase: StepCase) => readonly DraftProblem[];

const idRules: Rules = ({ step, index, indexById }) => {
  if (!idForm.test(step.id)) {
    const message =
      'An id has 1 to 64 lower-case letters, digits, "_" and "-", a letter or digit first.';
    return [{ pointer: '/id', code: 'bad_id', message }];
  }
  const first = indexById.get(step.id) ?? index;
  if (first === index) return [];
  const message = `Step ${first + 1} has the id "${step.id}" already.`;
  return [{ pointer: '/id', code: 'duplicate_id', message }];
};

const kindRules: Rules = ({ step, capabilities }) => {
  if (!needsSalesNavigator(step.kind) || capabilities.includes(salesNavigator)) return [];
  const message = `A step of this kind needs the capability "${salesNavigator}", which the account has not switched on.`;
  return [{ pointer: '/kind', code: 'capability_off', message }];
};

const delayRules: Rules = ({ step, index }) => {
  const { delayDays = 0 } = step;
  if (index === 0 && delayDays !== 0) {
    const message =
      'The first step has no delay: it runs at once, or at the time chosen at enrollment.';
    return [{ pointer: '/delayDays', code: 'first_step_delay', message }];
  }
  if (Number.isInteger(delayDays) && delayDays >= 0 && delayDays <= maxDelayDays) return [];
  const message = `A delay is a whole number of days from 0 to ${maxDelayDays}, not ${delayDays}.`;
  return [{ pointer: '/delayDays', code: 'delay_out_of_range', message }];
};

const emailRules: Rules = ({ step }) => {
  const { kind, email } = step;
  if (email === undefined) {
    const message = 'An automated email needs its email: { subject, html }.';
    return kind === 'automated_email' ? [{ pointer: '/email', code: 'required', message }] : [];
  }
  if (kind !== 'automated_email' && kind !== 'manual_email') {
    const message = 'Only an automated_email or a manual_email carries an email.';
    return [{ pointer: '/email', code: 'not_for_this_kind', message }];
  }
  const { subject, html } = email;
  return [
    ...(subject === undefined && step.replyTo !== undefined
      ? []
      : textProblems('/email/subject', subject ?? '', maxSubjectLength)),
    ...lineProblems('/email/subject', subject ?? ''),
    ...textProblems('/email/html', html, maxHtmlLength),
  ];
};

const replyRules: Rules = ({ step, index, steps, indexById }) => {
  const { replyTo } = step;
  if (replyTo === undefined) return [];
  const refuse = (code: string, message: string) => [{ pointer: '/replyTo', code, message }];
  // A manual email may answer another one without content of its own: its user writes it later (SEQ-26, TSK-21).
  if (step.email === undefined && step.kind !== 'manual_email') {
    return refuse('not_for_this_kind', 'Only a step with an email answers another one.');
  }
  const targetIndex = indexById.get(replyTo);
  const target = targetIndex === undefined ? undefined : steps[targetIndex];
  if (targetIndex === undefined || target === undefined)
    return refuse('unknown_step', `No step has the id "${replyTo}".`);
  if (targetIndex >= index) {
    return refuse('not_earlier', `"${replyTo}" does not come before this step.`);
  }
  return target.email === undefined
    ? refuse('no_email', `"${replyTo}" has no email that could be answered.`)
    : [];
};

const taskRules: Rules = ({ step }) => {
  const { title, notes, priority, queueId, waitsForCompletion } = step;
  if (step.kind !== 'automated_email') {
    return [
      ...textProblems('/title', title ?? '', maxTitleLength),
      ...lineProblems('/title', title ?? ''),
      ...(notes === undefined || notes === '' ? [] : textProblems('/notes', notes, maxNotesLength)),
    ];
  }
  return Object.entries({ title, notes, priority, queueId, waitsForCompletion })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => ({
      pointer: `/${name}`,
      code: 'not_for_this_kind',
      message: 'An automated email makes no task: this belongs to the other kinds of step.',
    }));
};

/** What is wrong with a text that may hold tokens: it is blank, too long, or has an invalid token. */
export function textProblems(
  pointer: string,
  text: string,
  maxLength: number,
): readonly DraftProblem[] {
  if (text.trim() === '') return [{ pointer, code: 'required', message: 'Must not be blank.' }];
  if (text.length > maxLength) {
    const message = `Has ${text.length} characters; at most ${maxLength} are allowed.`;
    return [{ pointer, code: 'too_long', message }];
  }
  const parsed = parseTemplate(text);
  if (parsed.ok) return hiddenBracesProblems(pointer, text);
  return parsed.errors.map(({ code, message, position }) => ({
    pointer,
    code: `token_${code}`,
    message: `At character ${position + 1}: ${message}`,
    position,
  }));
}

/** Whoever reads the text would see the braces of what looks like a token. */
function hiddenBracesProblems(pointer: string, text: string): readonly DraftProblem[] {
  const position = hiddenBraces(text);
  if (position < 0) return [];
  const message = `At character ${position + 1}: Invisible characters stand between the braces: write "{{" anew.`;
  return [{ pointer, code: 'token_syntax', message, position }];
}

/** What is wrong with a text that must be one line. */
export function lineProblems(pointer: string, text: string): readonly DraftProblem[] {
  const message = 'Must be one line, without control characters.';
  return isOneLine(text) ? [] : [{ pointer, code: 'not_one_line', message }];
}
