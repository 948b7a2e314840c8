import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long this process did nothing but one thing, in ms: at most in half of the samples, in 99 of 100, and at the longest. */
export interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface EventLoopGauge {
  /** Over the last minute, or the last half of one at least. */
  read(): EventLoopDelay;
  stop(): void;
}

const resolutionMs = 10;
const none: EventLoopDelay = { p50: 0, p99: 0, max: 0 };

/** Measures from now on. What it costs is one timer that goes off every 10 ms; it does not keep the process alive. */
export function startEventLoopGauge(halfWindowMs = 30_000): EventLoopGauge {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let before = none;
  const turn = setInterval(() => {
    before = readOut(histogram);
    histogram.reset();
  }, halfWindowMs);
  turn.unref();
  return {
    read: () => {
      const now = readOut(histogram);
      return {
        p50: Math.max(before.p50, now.p50),
        p99: Math.max(before.p99, now.p99),
        max: Math.max(before.max, now.max),
      };
    },
    stop: () => {
      clearInterval(turn);
      histogram.disable();
    },
  };
}

/** The samples are whole intervals in nanoseconds, so the timer's own interval is taken off. */
function readOut(histogram: ReturnType<typeof monitorEventLoopDelay>): EventLoopDelay {
  if (histogram.count === 0) return none;
  const delayMs = (sample: number): number => Math.max(0, Math.round(sample / 1e6 - resolutionMs));
  return {
    p50: delayMs(histogram.percentile(50)),
    p99: delayMs(histogram.percentile(99)),
    max: delayMs(histogram.max),
  };
}
