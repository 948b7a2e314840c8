import { answerWithin } from './answer-within.js';
import type { EventLoopDelay } from './event-loop.js';

/** Whether one thing that the process needs can be used. */
export type Check = () => Promise<boolean>;

/** How a service stands: only one that is `ok` does its work. */
export type ServiceStanding = 'starting' | 'ok' | 'failed' | 'draining' | 'stopped';

export interface HealthReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, ServiceStanding>>;
  /** Over the last minute; missing where it is not measured. */
  readonly eventLoopDelayMs?: EventLoopDelay;
}

/** Asks at most once in so many milliseconds, and never twice at once; in between it gives the latest answer. */
export function keptFor<T>(
  keptMs: number,
  ask: () => Promise<T>,
  nowMs: () => number = () => performance.now(),
): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; readonly askedMs: number } | undefined;
  let isAsking = false;
  return () => {
    if (kept === undefined || (!isAsking && nowMs() - kept.askedMs >= keptMs)) {
      isAsking = true;
      const answer = ask().finally(() => {
        isAsking = false;
      });
      kept = { answer, askedMs: nowMs() };
    }
    return kept.answer;
  };
}

/** Runs all checks at once; one that fails, throws, or takes longer than the limit counts as failed. */
export async function runChecks(
  checks: Readonly<Record<string, Check>>,
  limitMs: number,
): Promise<HealthReport> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const ok = await withinLimit(check, limitMs);
      return [name, ok ? 'ok' : 'failed'] as const;
    }),
  );
  return {
    ready: results.every(([, result]) => result === 'ok'),
    checks: Object.fromEntries(results),
  };
}

async function withinLimit(check: Check, limitMs: number): Promise<boolean> {
  try {
    return await answerWithin(limitMs, check, () => new Error('no answer in time'));
  } catch {
    return false;
  }
}
