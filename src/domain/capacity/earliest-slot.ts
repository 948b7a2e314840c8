import { fitToWindow } from '../time/fit-to-window.js';
import { fromEpochMs, toEpochMs } from '../time/instant.js';
import type { Calendar } from '../time/types.js';
import type { FullSpan } from './full-spans.js';
import type { LimitKind } from './limits.js';

/** When somebody wants to send. */
export interface SlotWish {
  readonly dueMs: number;
  /** The calendar whose send window the email must keep; null where it keeps to none (SET-01). */
  readonly calendar: Calendar | null;
}

/** A time to send at, and every limit that moved it there. */
export interface FoundSlot {
  readonly atMs: number;
  readonly heldBy: ReadonlySet<LimitKind>;
}

/**
 * The earliest time at or after the wish that lies in no full span, on an eligible day and within the send window. A time
 * outside the window moves to the next window, where the limits are checked again, until nothing moves any more. Each rule
 * only moves a time later, and never past a time that would satisfy it, so the first time that satisfies all rules is the
 * earliest.
 */
export function earliestSlot(wish: SlotWish, full: readonly FullSpan[]): FoundSlot {
  const spans = full.toSorted((one, other) => one.fromMs - other.fromMs);
  const heldBy = new Set<LimitKind>();
  let atMs = fit(wish, wish.dueMs);
  for (const { fromMs, untilMs, limit } of spans) {
    // The spans are sorted: all others begin later still, so `atMs` is free.
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
