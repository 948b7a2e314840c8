import type { EndedState, EnrollmentReason } from './state.js';

/**
 * Why an address must not be written to, the owner's own word first. A suppression belongs to the address, not to the
 * contact; `blocked_domain` belongs to a domain and its subdomains.
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

/** The weightiest of several reasons; undefined when there is none. */
export function weightiest(reasons: readonly SuppressionReason[]): SuppressionReason | undefined {
  return suppressionReasons.find((reason) => reasons.includes(reason));
}

/** How an enrollment ends when its address may no longer be written to. */
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
