/**
 * What can hold an email back, the lightest first: the clock minute of a mailbox, a bulk's pace, the rolling day of a
 * mailbox, of its sender, of the recipient's company and of the recipient's domain.
 */
export const limitKinds = [
  'mailbox_minute',
  'pace',
  'mailbox_day',
  'user_day',
  'company_day',
  'recipient_domain_day',
] as const;
export type LimitKind = (typeof limitKinds)[number];

/** Whether it is the limit of 24 hours, not that of a minute. */
export function isOfDay(kind: LimitKind): boolean {
  return kind !== 'mailbox_minute' && kind !== 'pace';
}

/** How many emails may go out; whole numbers, at least 1. */
export interface SendLimits {
  /** A mailbox, in one clock minute such as 09:00:00–09:00:59. */
  readonly mailboxPerMinute: number;
  /** A mailbox, in any 24 hours, whoever sends from it. */
  readonly mailboxPerDay: number;
  /** A sender, in any 24 hours, from all their mailboxes (LIM-08). */
  readonly userPerDay: number;
  /** How a mailbox that is being warmed up reaches `mailboxPerDay`; undefined for one that has reached it. */
  readonly ramp?: Ramp;
}

/**
 * How a new mailbox is warmed up: at first `startPerDay` emails in any 24 hours, then `increasePerDay` more with each 24
 * hours since `startedAtMs`, until its limit. Whole numbers, at least 1. Before `startedAtMs` the limit is `startPerDay`.
 */
export interface Ramp {
  readonly startPerDay: number;
  readonly increasePerDay: number;
  readonly startedAtMs: number;
}

/** What an account may send unless it says otherwise. */
export const defaultLimits = {
  mailboxPerMinute: 10,
  mailboxPerDay: 1000,
  userPerDay: 500,
} as const satisfies SendLimits;

/** How many emails of all mailboxes of an account may go to one recipient domain or company in any 24 hours; null for any number. */
export interface RecipientCaps {
  readonly recipientDomainPerDay: number | null;
  readonly companyPerDay: number | null;
}
/** How many first emails of one bulk enrollment go out in a clock minute (LIM-07). */
export const bulkPerMinute = 3;

/** How fast the emails of one bulk enrollment go out, whatever the mailbox may (LIM-07). */
export interface Pace {
  readonly id: string;
  readonly perMinute: number;
}

/** The weightiest limit that held an email back: a day's limit says more than a minute's. */
export function weightiestLimit(kinds: Iterable<LimitKind>): LimitKind | undefined {
  const held = new Set(kinds);
  return limitKinds.findLast((kind) => held.has(kind));
}
