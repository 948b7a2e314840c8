import type { LimitKind } from '../capacity/limits.js';

/** An instant as an ISO-8601 UTC string with milliseconds, for example `2026-11-26T22:00:00.000Z`. */
export type Instant = string;

/** A calendar date `YYYY-MM-DD`, without a zone. */
export type LocalDate = string;

/** An IANA time-zone name, for example `America/New_York`. */
export type TimeZone = string;

/** Which days a delay counts and on which days a follow-up may run (product rules SET-02, SET-03). */
export const eligibleDays = ['BUSINESS_DAYS', 'WEEKDAYS_ONLY', 'EVERYDAY'] as const;
export type EligibleDays = (typeof eligibleDays)[number];

/** The days of the week as callers name them, in the order of ISO 8601. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

/** The days of the week that are worked on, at least one; all others are the weekend. */
export type WorkingDays = readonly Weekday[];

/** The working week of whoever has none of their own (SET-02). */
export const mondayToFriday: WorkingDays = weekdays.slice(0, 5);

/**
 * When on its day a follow-up email goes out: at the wall clock of the step before it (SET-05), or at the time at which the
 * contact usually opens mail (SET-08).
 */
export const sendTimes = ['same_time', 'from_opens'] as const;
export type SendTime = (typeof sendTimes)[number];

/** The timing part of a sequence's settings. Minutes are minutes of the local day. */
export interface TimingSettings {
  readonly eligibleFollowUpDays: EligibleDays;
  /** First minute at which a follow-up email may go out, 0–1439. */
  readonly sendWindowStartMinute: number;
  /** First minute at which it may no longer go out; greater than the start, at most 1440. */
  readonly sendWindowEndMinute: number;
  /** Minute of the day at which a delayed task is created, 0–1439. */
  readonly taskCreationMinute: number;
}

/** A time during which somebody is away; `until` is excluded. */
export interface Absence {
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * When the people whom an enrollment needs are away: whoever sends its emails, and whoever works its tasks. In order; no two
 * touch.
 */
export interface Absences {
  readonly email: readonly Absence[];
  readonly task: readonly Absence[];
}

/** Where and by which settings an enrollment's dates are planned. */
export interface Calendar extends TimingSettings {
  readonly timeZone: TimeZone;
  /** When absent, Monday to Friday. */
  readonly workingDays?: WorkingDays;
  /** Whole days that are no business days. Empty when the sequence has no holiday calendar. */
  readonly holidays: ReadonlySet<LocalDate>;
  /** When absent, nobody is away. A leave holds a step; its days count for a delay like any others. */
  readonly absences?: Absences;
  /**
   * When the contact opened mails, where follow-up emails go out at the usual time of that (SET-08). When absent, or with
   * too few opens, they keep the wall clock (SET-05).
   */
  readonly opens?: readonly Instant[];
  /**
   * The minute of the day that opens gave when the step was first planned, or null when they gave none: planning it anew
   * keeps that minute, whatever was opened since. Undefined when it is planned for the first time.
   */
  readonly plannedOpenMinute?: number | null;
}

/** One rule that moved, or set, a planned instant; the chain answers "why then". */
export type Why =
  | { readonly rule: 'at_once' }
  | { readonly rule: 'chosen_time'; readonly chosenAt?: Instant }
  | {
      readonly rule: 'delay';
      readonly days: number;
      readonly unit: 'business_days' | 'calendar_days';
      readonly from: Instant;
    }
  /** The wanted wall clock `HH:mm`, where the step before ran at another. */
  | { readonly rule: 'wanted_clock'; readonly clock: string }
  | { readonly rule: 'weekend' | 'holiday'; readonly on: LocalDate; readonly movedTo: LocalDate }
  | { readonly rule: 'before_window' | 'after_window'; readonly movedTo: Instant }
  | { readonly rule: 'overdue'; readonly movedTo: Instant }
  /** `minute` is that of the local day, 0–1439. */
  | { readonly rule: 'usual_open_time'; readonly minute: number; readonly movedTo: Instant }
  | { readonly rule: 'leave'; readonly wanted: Instant; readonly movedTo: Instant }
  | { readonly rule: 'start_of_day'; readonly on: LocalDate }
  | { readonly rule: 'clock_gap'; readonly wanted: string; readonly movedTo: Instant }
  | { readonly rule: 'deferred' | 'no_connection'; readonly at: Instant }
  /** No key opens the password of the mailbox, as was first seen at `since`. */
  | { readonly rule: 'password_unreadable'; readonly since: Instant }
  | { readonly rule: 'send_limit'; readonly limit: LimitKind; readonly movedTo: Instant }
  | { readonly rule: 'resumed'; readonly at: Instant; readonly restMs: number };

const rules: Readonly<Record<Why['rule'], true>> = {
  at_once: true,
  chosen_time: true,
  delay: true,
  wanted_clock: true,
  weekend: true,
  holiday: true,
  before_window: true,
  after_window: true,
  overdue: true,
  usual_open_time: true,
  leave: true,
  start_of_day: true,
  clock_gap: true,
  deferred: true,
  no_connection: true,
  password_unreadable: true,
  send_limit: true,
  resumed: true,
};

/** Every rule that can set or move an instant. */
export const whyRules: readonly Why['rule'][] = Object.keys(rules).filter(isRule);

function isRule(text: string): text is Why['rule'] {
  return Object.hasOwn(rules, text);
}

/** What is asked of the planner: when does the next step run, given the one before it. */
export interface StepToPlan {
  readonly kind: 'email' | 'task';
  /** When the step before it ran, or its required task was completed. */
  readonly after: Instant;
  /** Whole days, 0–90, in the unit that `eligibleFollowUpDays` says. */
  readonly delayDays: number;
  /**
   * The wall clock that an email is wanted at, in milliseconds past 00:00, 0–86,399,999. When null or absent, that of
   * `after`. It never matters to a task.
   */
  readonly wantedClockMs?: number | null;
  /**
   * Whether the step before it is a task that nobody waited for: an email without a delay then goes out at the wanted wall
   * clock too, and not at that task's midnight. It never matters to a task.
   */
  readonly isAfterOpenTask?: boolean;
}

/** A planned instant with the rules that made it, in the order in which they applied. */
export interface Plan {
  readonly dueAt: Instant;
  readonly why: readonly Why[];
}
