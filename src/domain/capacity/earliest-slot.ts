import { fitToWindow } from '../time/fit-to-window.js';
import { fromEpochMs, toEpochMs } from '../time/instant.js';
import type { Calendar } from '../time/types.js';
import type { FullSpan } from './full-spans.js';
import type { LimitKind } from './limits.js';

/** When somebody wants to send. */
export interface SlotWish {
  readonly dueMs: number;
  /** Where the email must stay within its window; null for a first step, which knows none (SET-01). */
  readonly calendar: Calendar | null;
}

/** A time to send at, and every limit that moved it there. */
export interface FoundSlot {
  readonly atMs: number;
  readonly heldBy: ReadonlySet<LimitKind>;
}

/**
 * The earliest time at or after the wish that lies in no full span and within the window and eligible days: what leaves
 * the window moves on to the next one, and then the limits are looked at again, until nothing moves any more.
 * Each rule only ever moves on and never overtakes, so the first time that satisfies all is the earliest there is.
 */
export function earliestSlot(wish: SlotWish, full: readonly FullSpan[]): FoundSlot {
  const spans = full.toSorted((one, other) => one.fromMs - other.fromMs);
  const heldBy = new Set<LimitKind>();
  let atMs = fit(wish, wish.dueMs);
  for (const { fromMs, untilMs, limit } of spans) {
    // All that begin later are later, too: `atMs` is free.
    if (fromMs > atMs) break;
    if (untilMs <= atMs) continue;
    heldBy.add(limit);
    atMs = fit(wish, untilMs);
  }
  return { atMs, heldBy };
}

function fit({ calendar }: SlotWish, atMs: number): number {
  if (calendar === null) return atMs;
  return toEpochMs(fitToWindow(fromEpochMs(atMs), calendar).dueAt);
}
