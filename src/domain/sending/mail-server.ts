import { later } from '../time/instant.js';
import type { Instant } from '../time/types.js';

/** So many conversations in a row that fail before the message was taken make a server rest. */
const failuresToRest = 5;
const minuteMs = 60_000;
const longestRestMs = 30 * minuteMs;

/** How a mail server of an account has done lately; a server without a standing answers. */
export interface MailServerStanding {
  /** Failed conversations in a row. */
  readonly failures: number;
  /** How many rests in a row it was given. */
  readonly rests: number;
  /** Until when nothing is sent through it; then one mail tries. Null while it does not rest. */
  readonly restsUntil: Instant | null;
}

/** What a mail may do: go; go as the one that tries whether the server is back; or wait for that. */
export type MailServerTurn =
  { readonly kind: 'go' | 'trial' } | { readonly kind: 'wait'; readonly until: Instant };

/** Whether a mail may go through a server now. */
export function turnAt(
  standing: Pick<MailServerStanding, 'restsUntil'> | undefined,
  now: Instant,
): MailServerTurn {
  const until = standing?.restsUntil ?? null;
  if (until === null) return { kind: 'go' };
  return until > now ? { kind: 'wait', until } : { kind: 'trial' };
}

/**
 * The standing after a conversation that failed; undefined when it changes nothing, as when one ends that began before the
 * rest. Each trial that fails doubles the rest: 1 minute, 2, 4, at most 30.
 */
export function afterFailure(
  standing: MailServerStanding | undefined,
  isTrial: boolean,
  now: Instant,
): MailServerStanding | undefined {
  const { failures, rests, restsUntil } = standing ?? noFailure;
  const rest = (): MailServerStanding => ({
    failures: failures + 1,
    rests: rests + 1,
    restsUntil: later(now, Math.min(longestRestMs, minuteMs * 2 ** Math.min(rests, 10))),
  });
  if (isTrial) return rest();
  if (restsUntil !== null) return undefined;
  return failures + 1 >= failuresToRest ? rest() : { failures: failures + 1, rests, restsUntil };
}

/** While one mail tries, the others wait: as long as the trial may take before the server has shown that it is back. */
export function duringTrial(
  standing: MailServerStanding,
  now: Instant,
  trialMs: number,
): MailServerStanding {
  return { ...standing, restsUntil: later(now, trialMs) };
}

const noFailure: MailServerStanding = { failures: 0, rests: 0, restsUntil: null };

/**
 * When a mail that waits for a server is looked at again: after the rest, spread over half a minute by its id, so that one of
 * them tries and the others do not come with it.
 */
export function afterRest(until: Instant, id: string): Instant {
  const spread = Number.parseInt(id.replaceAll('-', '').slice(-4), 16) % 30_000;
  return later(until, Number.isNaN(spread) ? 0 : spread);
}
