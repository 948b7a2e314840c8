import type { EndedState, EnrollmentReason } from './state.js';

/**
 * Why an address must not be written to, the person's own word first. It belongs to the address, not to the contact;
 * `blocked_domain` belongs to a domain and those below it.
 */
export const suppressionReasons = [
  'marked_as_spam',
  'unsubscribed',
  'unsubscribed_personal',
  'blocked',
  'blocked_domain',
  'bounced',
] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** Of several reasons the one that is told; undefined when there is none. */
export function weightiest(reasons: readonly SuppressionReason[]): SuppressionReason | undefined {
  return suppressionReasons.find((reason) => reasons.includes(reason));
}

/** How an enrollment ends whose address may no longer be written to. */
export function endingOf(reason: SuppressionReason): {
  readonly state: EndedState;
  readonly reason: EnrollmentReason;
} {
  switch (reason) {
    case 'marked_as_spam':
    case 'unsubscribed':
    case 'unsubscribed_personal':
      return { state: 'unenrolled', reason: 'unsubscribed' };
    case 'blocked':
    case 'blocked_domain':
      return { state: 'unenrolled', reason: 'blocked' };
    case 'bounced':
      return { state: 'errored', reason: 'bounced' };
  }
}
