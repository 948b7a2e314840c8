/** What can hold an email back: the clock minute or the rolling day of a mailbox, its sender's day, a bulk's pace. */
export const limitKinds = ['mailbox_minute', 'pace', 'mailbox_day', 'user_day'] as const;
export type LimitKind = (typeof limitKinds)[number];

/** How many emails may go out; whole numbers, at least 1. */
export interface SendLimits {
  /** A mailbox, in one clock minute such as 09:00:00–09:00:59. */
  readonly mailboxPerMinute: number;
  /** A mailbox, in any 24 hours, whoever sends from it. */
  readonly mailboxPerDay: number;
  /** A sender, in any 24 hours, from all their mailboxes (LIM-08). */
  readonly userPerDay: number;
}

/** What an account may send unless it says otherwise. */
export const defaultLimits = {
  mailboxPerMinute: 10,
  mailboxPerDay: 1000,
  userPerDay: 500,
} as const satisfies SendLimits;

/** The first emails of one bulk enrollment in a clock minute (LIM-07). */
export const bulkPerMinute = 3;

/** How fast the emails of one bulk enrollment go out, whatever the mailbox may (LIM-07). */
export interface Pace {
  readonly id: string;
  readonly perMinute: number;
}

/** The weightiest of what held an email back: a day's limit says more than a minute's. */
export function weightiestLimit(kinds: Iterable<LimitKind>): LimitKind | undefined {
  const held = new Set(kinds);
  return limitKinds.findLast((kind) => held.has(kind));
}
