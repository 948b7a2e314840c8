import type { LimitKind } from './limits.js';

export const minuteMs = 60_000;
/** A rolling day is 24 hours of elapsed time, whatever the clocks do. */
export const dayMs = 86_400_000;

/** A stretch of time, `fromMs` included and `untilMs` not, in which one more email would break a limit. */
export interface FullSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: LimitKind;
}

/** The start of the clock minute that an instant is in; minutes are alike in all zones in use. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / minuteMs) * minuteMs;
}

/** The clock minutes that have `most` emails already, of instants in ascending order. */
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

/** How many emails 24 hours may have that end from `fromMs` on and before `untilMs`. */
export interface DayLevel {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly most: number;
}

/**
 * Where one more email would be in some 24 hours that have `most` already: those that end with it and those that end
 * later, since emails may be reserved after it. Takes instants in ascending order.
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

/** The same of just so many emails as a day may have, by the first and the last of them. */
export function fullDay(firstMs: number, lastMs: number, limit: LimitKind): readonly FullSpan[] {
  if (lastMs - firstMs >= dayMs) return [];
  return [{ fromMs: lastMs - dayMs + 1, untilMs: firstMs + dayMs, limit }];
}

/**
 * The same of a limit that grows: no 24 hours have more emails than the level allows in which they end. An email is too many
 * for those that end with itself, which its own level judges, and for those that end with a later one, which that one's does.
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
