import type { EnrollmentReason } from './state.js';

/** What stops an enrollment: a reply, or a meeting that was booked through a link or logged. */
export interface Stopping {
  readonly type: 'reply' | 'meeting';
  readonly via: 'link' | 'logged';
}

/** Why an enrollment ends when its own contact replies or books a meeting (ENR-20, ENR-21). */
export function ownReason({ type, via }: Stopping): EnrollmentReason {
  if (type === 'reply') return 'replied';
  return via === 'link' ? 'meeting_link' : 'meeting_logged';
}

/** Why an enrollment ends when another contact of the company replies or books a meeting (ENR-22). */
export function companyReason({ type }: Pick<Stopping, 'type'>): EnrollmentReason {
  return type === 'reply' ? 'company_replied' : 'company_meeting';
}
