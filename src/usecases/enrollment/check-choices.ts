import { findAccount } from '../../db/queries/accounts.js';
import { choiceProblems, escaped } from '../../domain/enrollment/check-choices.js';
import type { EnrollmentOverrides, EnrollmentStart } from '../../domain/enrollment/choices.js';
import { stepNotFound } from '../../domain/enrollment/eligibility.js';
import { findStep, type SequenceDefinition } from '../../domain/sequence/definition.js';
import type { DraftProblem } from '../../domain/sequence/draft.js';
import { maxHtmlLength, maxNotesLength } from '../../domain/sequence/step-rules.js';
import { readPlacedTexts } from '../sequence/read-rich-texts.js';
import { unknownCalendars } from '../sequence/require-references.js';
import type { CheckedChoices, WrittenChoices } from './choices.js';
import { refused, type EnrollingContext, type Refused } from './request.js';

/**
 * Checks choices against the sequence that they are for and takes them over, or refuses with everything that is wrong,
 * each mistake with its place (ENR-13, ENR-14, ENR-16, SEQ-17, SET-11, SET-13 to SET-15). Calendars that they name are
 * held until the transaction ends. Costs nothing where nothing is chosen.
 */
export async function checkChoices(
  context: Pick<EnrollingContext, 'tx' | 'accountId' | 'now'>,
  definition: SequenceDefinition,
  written: WrittenChoices,
): Promise<CheckedChoices | Refused> {
  const read = await readSteps(context, written.steps ?? {});
  const overrides = overridesOf(written, read.steps);
  const start = startOf(written);
  const account = isGiven(overrides) ? await findAccount(context.tx, context.accountId) : undefined;
  const errors = [
    ...choiceProblems({ overrides, start }, definition, context.now, account),
    ...read.problems,
    ...(await unknownCalendars(context, overrides.settings?.holidayCalendarIds ?? [])),
  ];
  if (errors.length > 0) return refuseChoices(errors);
  const { startStepId } = start;
  if (startStepId !== undefined && findStep(definition, startStepId) === undefined) {
    return refused(stepNotFound(startStepId));
  }
  return { kind: 'checked', overrides: isGiven(overrides) ? overrides : null, start };
}

function startOf({ startStepId, firstStepAt }: WrittenChoices): EnrollmentStart {
  return {
    ...(startStepId !== undefined && { startStepId }),
    ...(firstStepAt !== undefined && { firstStepAt }),
  };
}

/** Only choices that change something, so that nothing is kept for an empty one. */
function overridesOf(
  { settings, tokenValues, continueWithoutCompleting }: WrittenChoices,
  steps: StepOverrides,
): EnrollmentOverrides {
  return {
    ...(isGiven(settings) && { settings }),
    ...(isGiven(steps) && { steps }),
    ...(isGiven(tokenValues) && { tokenValues }),
    ...(continueWithoutCompleting === true && { continueWithoutCompleting }),
  };
}

function isGiven<T extends object>(part: T | undefined): part is T {
  return part !== undefined && Object.keys(part).length > 0;
}

function refuseChoices(errors: readonly DraftProblem[]): Refused {
  const [first] = errors;
  const detail = `${first?.pointer ?? ''}: ${first?.message ?? ''}`;
  return { kind: 'refused', refusal: { code: 'VALIDATION_FAILED', detail, errors } };
}

type StepOverrides = NonNullable<EnrollmentOverrides['steps']>;

/** Reads the formatted texts of the steps. */
async function readSteps(
  context: Pick<EnrollingContext, 'tx' | 'accountId'>,
  written: StepOverrides,
): Promise<{ readonly steps: StepOverrides; readonly problems: readonly DraftProblem[] }> {
  const steps = Object.entries(written).filter(([, override]) => isGiven(override));
  const { htmlAt, problems } = await readPlacedTexts(
    context,
    steps.flatMap(([stepId, { html, notes }]) => [
      { pointer: placeOf(stepId, 'html'), text: html, maxLength: maxHtmlLength },
      { pointer: placeOf(stepId, 'notes'), text: notes, maxLength: maxNotesLength },
    ]),
  );
  return {
    steps: Object.fromEntries(
      steps.map(([stepId, override]) => {
        const html = htmlAt(placeOf(stepId, 'html'));
        const notes = htmlAt(placeOf(stepId, 'notes'));
        const title = override.title?.trim();
        return [
          stepId,
          {
            ...override,
            ...(title !== undefined && { title }),
            ...(html !== undefined && { html }),
            ...(notes !== undefined && { notes }),
          },
        ];
      }),
    ),
    problems,
  };
}

function placeOf(stepId: string, field: 'html' | 'notes'): string {
  return `/steps/${escaped(stepId)}/${field}`;
}
