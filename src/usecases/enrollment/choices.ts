import type { EnrollmentOverrides, EnrollmentStart } from '../../domain/enrollment/choices.js';

/** What a caller wants to differ from the sequence, as they wrote it. */
export type WrittenChoices = EnrollmentOverrides & EnrollmentStart;

/** Choices that were checked, as they are kept: snippets put in, markup cleaned. JSON throughout. */
export interface CheckedChoices {
  readonly kind: 'checked';
  /** Null for nothing. */
  readonly overrides: EnrollmentOverrides | null;
  readonly start: EnrollmentStart;
}
