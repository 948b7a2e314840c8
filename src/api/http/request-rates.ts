import { createHash } from 'node:crypto';
import { tokenIn } from './auth.js';
import type { Caller } from './endpoint.js';

/** How many requests a process takes in a second, in the long run; 0 for any number. Ten seconds' worth may come at once. */
export interface RequestRates {
  readonly keyPerSecond: number;
  readonly accountPerSecond: number;
}

/** Whose requests are counted. */
export type Counted = Pick<Caller, 'accountId' | 'keyId'>;

/** What became of a request that was counted. */
export interface Draw {
  /** `RateLimit` and `RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers has them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whole seconds until another request is taken; undefined when this one was. */
  readonly retryAfter: number | undefined;
}

/** The requests of one key: they count for it and for its account. */
export interface Meter {
  readonly counted: Counted;
  draw(): Draw;
}

/**
 * Counts requests in memory, so that a request costs no query for it and a refused one no query at all. What it protects
 * are the connections and the processor of this process; several processes take as many each.
 */
export interface RequestMeters {
  /** The meter of who sent this Authorization header before and was let in. */
  known(authorization: string | undefined): Meter | undefined;
  /** The meter of a caller who is let in with this header. */
  meet(authorization: string | undefined, counted: Counted): Meter;
}

const burstSeconds = 10;
const forgetEveryMs = 60_000;

/** Meters for callers at these rates. `nowMs` only ever grows. */
export function createRequestMeters(
  rates: RequestRates,
  nowMs: () => number = () => performance.now(),
): RequestMeters {
  const meters = new Map<string, Meter & { readonly isFull: () => boolean }>();
  const accounts = new Map<string, Bucket>();
  let forgottenMs = nowMs();
  const forget = (): void => {
    if (nowMs() - forgottenMs < forgetEveryMs) return;
    forgottenMs = nowMs();
    for (const [name, meter] of meters) if (meter.isFull()) meters.delete(name);
    for (const [id, bucket] of accounts) if (bucket.isFull(nowMs())) accounts.delete(id);
  };
  const accountBucket = (accountId: string): Bucket => {
    const bucket =
      accounts.get(accountId) ?? new Bucket('account', rates.accountPerSecond, nowMs());
    accounts.set(accountId, bucket);
    return bucket;
  };
  return {
    known: (authorization) => meters.get(digestOf(authorization)),
    meet: (authorization, counted) => {
      forget();
      const name = digestOf(authorization);
      const met = meters.get(name);
      if (met) return met;
      const ofKey = new Bucket('key', rates.keyPerSecond, nowMs());
      const meter = {
        counted,
        draw: () => drawFrom([ofKey, accountBucket(counted.accountId)], nowMs()),
        isFull: () => ofKey.isFull(nowMs()),
      };
      meters.set(name, meter);
      return meter;
    },
  };
}

/** One key is one however its header is written. No secret is kept for this. */
function digestOf(authorization: string | undefined): string {
  return createHash('sha256')
    .update(tokenIn(authorization) ?? '')
    .digest('base64');
}

function drawFrom(buckets: readonly Bucket[], now: number): Draw {
  const waits = buckets.map((bucket) => bucket.secondsUntilOne(now));
  const wait = Math.max(...waits);
  if (wait === 0) for (const bucket of buckets) bucket.take();
  const limiting = buckets.filter((bucket) => bucket.perSecond > 0);
  const shown = (line: (bucket: Bucket) => string): string => limiting.map(line).join(', ');
  return {
    headers:
      limiting.length === 0
        ? {}
        : {
            'RateLimit-Policy': shown(({ name, size }) => `"${name}";q=${size};w=${burstSeconds}`),
            RateLimit: shown((bucket) => `"${bucket.name}";${bucket.standing()}`),
          },
    retryAfter: wait === 0 ? undefined : wait,
  };
}

/** A token bucket: it holds ten seconds' worth of requests, and fills up again with time. */
class Bucket {
  readonly name: string;
  readonly perSecond: number;
  readonly size: number;
  #left: number;
  #atMs: number;

  constructor(name: string, perSecond: number, now: number) {
    this.name = name;
    this.perSecond = perSecond;
    this.size = perSecond * burstSeconds;
    this.#left = this.size;
    this.#atMs = now;
  }

  /** 0 when there is one now, or when there is no limit. */
  secondsUntilOne(now: number): number {
    if (this.perSecond === 0) return 0;
    this.#fill(now);
    return this.#left >= 1 ? 0 : Math.ceil((1 - this.#left) / this.perSecond);
  }

  take(): void {
    this.#left -= 1;
  }

  isFull(now: number): boolean {
    this.#fill(now);
    return this.#left >= this.size;
  }

  /** What is left, and in how many seconds all of it is there again. */
  standing(): string {
    const missing = this.size - this.#left;
    return `r=${Math.floor(this.#left)};t=${Math.ceil(missing / this.perSecond)}`;
  }

  #fill(now: number): void {
    const gained = ((now - this.#atMs) / 1000) * this.perSecond;
    this.#left = Math.min(this.size, this.#left + gained);
    this.#atMs = now;
  }
}
