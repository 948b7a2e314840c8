import type { Filter } from './filter.js';

/** `static`: contacts are put in and taken out; `active`: a filter says who is in it at the time. */
export const listKinds = ['static', 'active'] as const;
export type ListKind = (typeof listKinds)[number];

/** How contacts are chosen, to enroll them or to put them into a list (ENR-01, ENR-10, BLK-02). */
export type Selection =
  | { readonly contactIds: readonly string[] }
  | { readonly listId: string }
  | { readonly filter: Filter }
  /** The contacts of a company: it is enrolled through them alone. */
  | { readonly companyId: string };

const advisedAtMost = 100;

/** What is advised against. */
export const warningCodes = ['LARGE_SELECTION', 'FIRST_EMAIL_OUTSIDE_WINDOW'] as const;

/** Advice that blocks nothing. */
export interface Warning {
  readonly code: (typeof warningCodes)[number];
  readonly message: string;
}

/** The warnings for enrolling so many contacts automatically (LIM-10). */
export function warningsFor(selectionCount: number): readonly Warning[] {
  if (selectionCount <= advisedAtMost) return [];
  const message =
    `These are ${selectionCount} contacts. Enrolling more than ${advisedAtMost} automatically is advised against: ` +
    'choose more narrowly, or enroll them in parts.';
  return [{ code: 'LARGE_SELECTION', message }];
}
