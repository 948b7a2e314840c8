import type { TokenValues } from '../message/tokens.js';
import type { SequenceDefinition } from '../sequence/definition.js';
import type { EmailContent, Step } from '../sequence/step.js';
import type { EnrollmentOverrides, StepOverride } from './choices.js';

/**
 * What an enrollment runs: a version of its sequence with what it has otherwise laid over (ENR-16, SET-11, SEQ-17, TSK-13,
 * TSK-14). Steps are known by their ids, so an override stays with its step from version to version, and one for a step that
 * the version does not have is without effect. Without overrides it is the version itself, the same object.
 */
export function overlay(
  version: SequenceDefinition,
  overrides: EnrollmentOverrides | null,
): SequenceDefinition {
  if (overrides === null) return version;
  return {
    steps: version.steps.map((step) => overlaid(step, overrides)),
    settings: { ...version.settings, ...overrides.settings },
  };
}

/** What the tokens of one step stand for: what was typed in for it, else for all steps, else the contact's (ENR-14). */
export function valuesAt(
  values: TokenValues,
  overrides: EnrollmentOverrides | null,
  stepId: string,
): TokenValues {
  if (overrides === null) return values;
  return { ...values, ...overrides.tokenValues, ...overrideOf(overrides, stepId).tokenValues };
}

function overrideOf({ steps = {} }: EnrollmentOverrides, stepId: string): StepOverride {
  // A step may be called `constructor`.
  return Object.hasOwn(steps, stepId) ? (steps[stepId] ?? {}) : {};
}

function overlaid(step: Step, overrides: EnrollmentOverrides): Step {
  const override = overrideOf(overrides, step.id);
  const { delayDays = step.delayDays } = override;
  if (step.kind === 'automated_email') {
    return { ...step, delayDays, email: contentOf(step.email, override) };
  }
  const { title = step.title, notes = step.notes } = override;
  const waitsForCompletion =
    override.waitsForCompletion ??
    (overrides.continueWithoutCompleting === true ? false : step.waitsForCompletion);
  const email = step.email && contentOf(step.email, override);
  return { ...step, delayDays, title, notes, waitsForCompletion, ...(email && { email }) };
}

/** Content that was written for this contact no longer belongs to a template. */
function contentOf(email: EmailContent, { subject, html }: StepOverride): EmailContent {
  if (subject === undefined && html === undefined) return email;
  return { subject: subject ?? email.subject, html: html ?? email.html };
}
