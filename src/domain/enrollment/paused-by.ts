import { formatLocal } from '../time/format.js';
import type { Instant, TimeZone } from '../time/types.js';
import type { Actor } from './log.js';
import type { WidePause } from './state.js';

/** Who paused an enrollment, its sequence or its account, and since when. */
export interface PausedBy {
  readonly kind: Actor['kind'];
  /** Of the user or of the API key. */
  readonly id: string | null;
  /** Of the user; null for everybody else, and for a user who was erased. */
  readonly name: string | null;
  readonly since: Instant;
  /** What is paused, where that is the sequence or the account. */
  readonly wide?: WidePause;
}

/** Who paused, as a part of a sentence: `by Ada Lovelace`. It may name a user, so it is for the API alone. */
export function whoPaused({ kind, name }: Pick<PausedBy, 'kind' | 'name'>): string {
  switch (kind) {
    case 'user':
      return name === null ? 'by a user who was erased' : `by ${name}`;
    case 'api_key':
      return 'by an API key that names no user';
    case 'operator':
      return 'in Temporal';
    case 'system':
      return 'automatically';
  }
}

/** The same with the time: `by Ada Lovelace on Thu 26 Nov 2026 17:00 London`. */
export function whenPaused(by: PausedBy, timeZone: TimeZone): string {
  return `${whoPaused(by)} on ${formatLocal(by.since, timeZone)}`;
}

/** The same of what goes on: `by Ada Lovelace since Thu 26 Nov 2026 17:00 London`. */
export function whoPausedSince(by: PausedBy, timeZone: TimeZone): string {
  return `${whoPaused(by)} since ${formatLocal(by.since, timeZone)}`;
}
