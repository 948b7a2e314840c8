import type { LimitKind } from './limits.js';

export const minuteMs = 60_000;
/** A rolling day is 24 hours of elapsed time, whatever the clocks do. */
export const dayMs = 86_400_000;

/** A span of time, `fromMs` included and `untilMs` excluded, in which one more email would break a limit. */
export interface FullSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: LimitKind;
}

/** The start of the clock minute that an instant is in; minutes are alike in all zones in use. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / minuteMs) * minuteMs;
}

/** The clock minutes that already have `most` emails. Takes instants in ascending order. */
export function fullMinutes(
  takenMs: readonly number[],
  most: number,
  limit: LimitKind,
): readonly FullSpan[] {
  return takenMs.flatMap((atMs, index) => {
    const fromMs = minuteOf(atMs);
    const isMostth = minuteOf(takenMs[index - most + 1] ?? Number.NaN) === fromMs;
    const isLast = minuteOf(takenMs[index + 1] ?? Number.NaN) !== fromMs;
    return isMostth && isLast ? [{ fromMs, untilMs: fromMs + minuteMs, limit }] : [];
  });
}

/** The most emails in any 24 hours that end from `fromMs` on and before `untilMs`. */
export interface DayLevel {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly most: number;
}

/**
 * The spans in which one more email would fall into 24 hours that already have `most`. Those may end with the new email or
 * after it, since emails may be reserved for later. Takes instants in ascending order.
 */
export function fullDays(
  takenMs: readonly number[],
  most: number,
  limit: LimitKind,
): readonly FullSpan[] {
  return takenMs.flatMap((firstMs, index) => {
    const lastMs = takenMs[index + most - 1];
    return lastMs === undefined ? [] : fullDay(firstMs, lastMs, limit);
  });
}

/** The same for exactly as many emails as a day may have, given the first and the last of them. */
export function fullDay(firstMs: number, lastMs: number, limit: LimitKind): readonly FullSpan[] {
  if (lastMs - firstMs >= dayMs) return [];
  return [{ fromMs: lastMs - dayMs + 1, untilMs: firstMs + dayMs, limit }];
}

/**
 * The same for a limit that grows: each 24 hours may have as many emails as the level in which they end allows. So a new
 * email is checked twice: by its own level for the 24 hours that end with it, and by the level of each later email for the
 * 24 hours that end with that one.
 */
export function fullLevels(
  takenMs: readonly number[],
  levels: readonly DayLevel[],
  limit: LimitKind,
): readonly FullSpan[] {
  return levels.flatMap(({ most, ...level }) =>
    takenMs.flatMap((firstMs, index) => {
      const lastMs = takenMs[index + most - 1];
      return lastMs === undefined ? [] : fullLevelDay({ firstMs, lastMs }, level, limit);
    }),
  );
}

function fullLevelDay(
  { firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number },
  level: Omit<DayLevel, 'most'>,
  limit: LimitKind,
): readonly FullSpan[] {
  if (lastMs - firstMs >= dayMs) return [];
  const endsInLevel = lastMs >= level.fromMs && lastMs < level.untilMs;
  const before = { fromMs: lastMs - dayMs + 1, untilMs: lastMs + 1, limit };
  const fromMs = Math.max(lastMs, level.fromMs);
  const untilMs = Math.min(firstMs + dayMs, level.untilMs);
  return [
    ...(endsInLevel ? [before] : []),
    ...(fromMs < untilMs ? [{ fromMs, untilMs, limit }] : []),
  ];
}
