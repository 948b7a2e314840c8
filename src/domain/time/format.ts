import type { LimitKind } from '../capacity/limits.js';
import { clockText } from './clock-gap.js';
import { fromEpochMs, toEpochMs } from './instant.js';
import { dateToWallMs, minuteMs, weekday } from './local-date.js';
import { whyRules, type Instant, type LocalDate, type TimeZone, type Why } from './types.js';
import { localTimeAt } from './zone.js';

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const monthNames = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** Weekends and holidays beyond this number of a kind are counted, not named. */
const mostNamed = 3;

function dateText(date: LocalDate): string {
  const month = monthNames[Number(date.slice(5, 7)) - 1] ?? '';
  return `${dayNames[weekday(date)] ?? ''} ${Number(date.slice(8))} ${month}`;
}

/** An instant beside others that name the zone: `Tue 1 Dec 17:00`. Throws a RangeError for an invalid zone or instant. */
export function momentText(instant: Instant, timeZone: TimeZone): string {
  const { date, clockMs } = localTimeAt(instant, timeZone);
  return `${dateText(date)} ${clockText(clockMs)}`;
}

function cityOf(timeZone: TimeZone): string {
  return timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/**
 * An instant for people to read, in English: `Tue 1 Dec 2026 17:00 New York`. The last word is the
 * zone's city. Seconds are left out. Throws a RangeError for an invalid zone or instant.
 */
export function formatLocal(instant: Instant, timeZone: TimeZone): string {
  const { date, clockMs } = localTimeAt(instant, timeZone);
  return `${dateText(date)} ${date.slice(0, 4)} ${clockText(clockMs)} ${cityOf(timeZone)}`;
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function durationText(durationMs: number): string {
  const minutes = Math.ceil(durationMs / minuteMs);
  const parts = [
    { count: Math.floor(minutes / 1440), noun: 'day' },
    { count: Math.floor((minutes % 1440) / 60), noun: 'hour' },
    { count: minutes % 60, noun: 'minute' },
  ];
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, noun }) => countText(count, noun))
    .join(' ');
}

type WhyAt = Extract<Why, { readonly at: Instant }>;

const atWords: Record<Exclude<WhyAt['rule'], 'resumed'>, string> = {
  deferred: 'put off by the recipient’s server',
  no_connection: 'mail server not reached',
};

const movedWords = {
  before_window: 'before the send window',
  after_window: 'after the send window',
  overdue: 'past already',
  usual_open_time: 'when the contact usually opens mail',
  leave: 'held while whoever is needed is on leave',
} as const;

const limitWords: Record<LimitKind, string> = {
  mailbox_minute: 'the mailbox has all the emails of a minute',
  pace: 'the bulk enrollment keeps its pace',
  mailbox_day: 'the mailbox has all the emails of 24 hours',
  user_day: 'the sender has all the emails of 24 hours',
  company_day: 'the company gets all the emails of 24 hours',
  recipient_domain_day: 'the recipient’s domain gets all the emails of 24 hours',
};

/** A rule that moved an instant to a later one. */
type WhyMoved = Extract<Why, { readonly rule: keyof typeof movedWords | 'send_limit' }>;

function isMove(why: Why): why is WhyMoved {
  return why.rule === 'send_limit' || why.rule in movedWords;
}

function moveText(why: WhyMoved): string {
  return why.rule === 'send_limit' ? limitWords[why.limit] : movedWords[why.rule];
}

function whyAtText(why: WhyAt, timeZone: TimeZone): string {
  const moment = momentText(why.at, timeZone);
  if (why.rule !== 'resumed') {
    return `${atWords[why.rule]} ${moment}`;
  }
  const rest = why.restMs === 0 ? 'no delay' : durationText(why.restMs);
  return `resumed ${moment} with ${rest} left`;
}

function delayText({ days, unit, from }: Extract<Why, { rule: 'delay' }>, zone: TimeZone): string {
  const moment = momentText(from, zone);
  const noun = unit === 'business_days' ? 'business day' : 'calendar day';
  return days === 0 ? `right after ${moment}` : `${countText(days, noun)} after ${moment}`;
}

function whyText(why: Why, timeZone: TimeZone): string {
  if ('at' in why) {
    return whyAtText(why, timeZone);
  }
  if (isMove(why)) {
    return `${moveText(why)} → ${momentText(why.movedTo, timeZone)}`;
  }
  switch (why.rule) {
    case 'at_once':
      return 'at once';
    case 'chosen_time':
      return 'at the chosen time';
    case 'delay':
      return delayText(why, timeZone);
    case 'wanted_clock':
      return `at the wanted time ${why.clock}`;
    case 'weekend':
    case 'holiday':
      return `${dateText(why.on)} is a ${why.rule} → ${dateText(why.movedTo)}`;
    case 'start_of_day':
      return `at the task time of ${dateText(why.on)}`;
    case 'password_unreadable':
      return `the mailbox’s password cannot be opened since ${momentText(why.since, timeZone)}`;
    case 'clock_gap':
      return `the clock skips ${why.wanted} → ${momentText(why.movedTo, timeZone)}`;
  }
}

/** The same of a rule as it is stored: of one that this release does not know, or cannot read, its name alone. */
function storedText(why: Why, timeZone: TimeZone): string {
  const name = why.rule.replaceAll('_', ' ');
  if (!whyRules.includes(why.rule)) return name;
  try {
    return whyText(why, timeZone);
  } catch {
    return name;
  }
}

/**
 * The chain of rules behind a planned instant as one English line for operators, in the zone's
 * local time: `3 business days after Thu 26 Nov 17:00; Sat 28 Nov is a weekend → Mon 30 Nov`.
 *
 * More than three weekends, or holidays, are told as their number (`18 weekends skipped`), so
 * that a delay of 90 days stays one line. An empty chain is an empty string. A rule that another release stored, or that
 * cannot be read, is told by its name: nothing that is stored makes it throw.
 */
export function explain(why: readonly Why[], timeZone: TimeZone): string {
  const told: string[] = [];
  const counted = new Set<string>();
  for (const entry of why) {
    const alike = why.filter(({ rule }) => rule === entry.rule).length;
    const isDay = entry.rule === 'weekend' || entry.rule === 'holiday';
    if (!isDay || alike <= mostNamed) {
      told.push(storedText(entry, timeZone));
    } else if (!counted.has(entry.rule)) {
      counted.add(entry.rule);
      told.push(`${countText(alike, entry.rule)} skipped`);
    }
  }
  return told.join('; ');
}

/**
 * An instant as ISO-8601 local time with its offset: `2026-12-01T17:00:00.000-05:00`. Reading it gives the same instant.
 * Throws a RangeError for an invalid zone or instant.
 */
export function localIso(instant: Instant, timeZone: TimeZone): string {
  const { date, clockMs } = localTimeAt(instant, timeZone);
  const wallMs = dateToWallMs(date) + clockMs;
  const offset = Math.round((wallMs - toEpochMs(instant)) / minuteMs);
  const sign = offset < 0 ? '-' : '+';
  const wall = fromEpochMs(wallMs).slice(0, -1);
  return `${wall}${sign}${clockText(Math.abs(offset) * minuteMs)}`;
}
