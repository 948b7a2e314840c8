import type { EnrollmentReason } from './state.js';

/** How a meeting came about: booked through a link in an email of the sequence, or logged by somebody. */
export const meetingOrigins = ['link', 'logged'] as const;
export type MeetingOrigin = (typeof meetingOrigins)[number];

/** What stops an enrollment. When a meeting says nothing of its origin, somebody logged it. */
export interface Stopping {
  readonly type: 'reply' | 'meeting';
  readonly via?: MeetingOrigin | undefined;
}

/** Whether a message is one that stops an enrollment, and those of the same company with it (ENR-20 to ENR-22). */
export function isStopping(message: { readonly type: string }): message is Stopping {
  return message.type === 'reply' || message.type === 'meeting';
}

/** A meeting that somebody logs while the contact is enrolled counts even if it took place earlier (2.2). */
export function isLogged(message: { readonly type: string }): boolean {
  return message.type === 'meeting' && isStopping(message) && message.via !== 'link';
}

/** Why an enrollment ends when its own contact replies or books a meeting (ENR-20, ENR-21). */
export function ownReason({ type, via }: Stopping): EnrollmentReason {
  if (type === 'reply') return 'replied';
  return via === 'link' ? 'meeting_link' : 'meeting_logged';
}

/** Why an enrollment ends when another contact of the company replies or books a meeting (ENR-22). */
export function companyReason({ type }: Stopping): EnrollmentReason {
  return type === 'reply' ? 'company_replied' : 'company_meeting';
}
