import { refuseCall } from './problem.js';

/** How many calls of one account are worked on at once in this process, of each kind: at least 1. */
export interface CallPlaceCaps {
  /** Calls of any kind. */
  readonly calls: number;
  /** Calls that read or write much; one that is no stream has a place among `calls` too. */
  readonly heavy: number;
}

type CallKind = keyof CallPlaceCaps;

/** The places of one process, so many for each account. */
export interface CallPlaces {
  /**
   * Runs the work once there is a place, and those of the account who asked before have had theirs. Refuses the call when
   * there was none for `waitMs`, or too many wait already.
   */
  within<T>(kind: CallKind, accountId: string, work: () => Promise<T>): Promise<T>;
}

export interface CallPlaceOptions {
  readonly caps: CallPlaceCaps;
  /** How long a call waits for its place, in milliseconds. */
  readonly waitMs: number;
}

/** As many may wait for each place: what has waited is soon too old for its caller. */
const waitingPerPlace: CallPlaceCaps = { calls: 100, heavy: 10 };

/**
 * Places in memory, since what they protect are the connections and the memory of this process: they cost no query, and are
 * free again when the process is gone.
 */
export function createCallPlaces({ caps, waitMs }: CallPlaceOptions): CallPlaces {
  const rooms = new Map<string, Room>();
  return {
    within: async (kind, accountId, work) => {
      const name = `${kind} ${accountId}`;
      const cap = caps[kind];
      const room = rooms.get(name) ?? new Room(cap, cap * waitingPerPlace[kind]);
      rooms.set(name, room);
      if (!(await room.enter(waitMs))) refuseForNow(kind, cap);
      try {
        return await work();
      } finally {
        room.leave();
        if (room.isEmpty()) rooms.delete(name);
      }
    },
  };
}

const retryAfterSeconds: CallPlaceCaps = { calls: 1, heavy: 5 };

function refuseForNow(kind: CallKind, cap: number): never {
  const what = kind === 'heavy' ? 'calls that read or write much' : 'calls';
  return refuseCall('RATE_LIMITED', {
    detail: `As many ${what} of the account are under way as may be at once, which is ${cap}, and others wait: make them one after the other.`,
    retryAfter: retryAfterSeconds[kind],
  });
}

/** The places of one account for one kind of call, and who waits for one. */
class Room {
  #free: number;
  readonly #cap: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<() => void>();

  constructor(cap: number, maxWaiting: number) {
    this.#free = cap;
    this.#cap = cap;
    this.#maxWaiting = maxWaiting;
  }

  /** Takes a place, and waits for one if need be; false when there was none. */
  enter(waitMs: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(true);
    }
    if (this.#waiting.size >= this.#maxWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const come = (): void => {
        clearTimeout(limit);
        resolve(true);
      };
      const limit = setTimeout(() => {
        this.#waiting.delete(come);
        resolve(false);
      }, waitMs);
      this.#waiting.add(come);
    });
  }

  /** Gives the place to who has waited longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  isEmpty(): boolean {
    return this.#free === this.#cap;
  }
}
