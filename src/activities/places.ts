/** How many have a place at once with one of each kind, such as one mail server or one account; at least 1. */
type Caps<Kind extends string> = Readonly<Record<Kind, number>>;

/** A place that was taken, to be left again; or how long to wait for one, in milliseconds. */
export type Placed<Kind extends string> =
  | { readonly kind: 'taken'; readonly leave: () => void }
  | { readonly kind: 'full'; readonly by: Kind; readonly waitMs: number };

/** No place is free for one, and when it is to come again, in milliseconds. */
export type Full<Kind extends string> = Exclude<Placed<Kind>, { readonly kind: 'taken' }>;

/** The places of one worker process. */
export interface Places<Kind extends string> {
  /** Takes a place for the one with this id, of each kind with the one that is named, or none. */
  take(id: string, of: Readonly<Record<Kind, string>>): Placed<Kind>;
  /**
   * Says of one that was refused a place in the last seconds whether that is still so; undefined for any other, which has to
   * be looked at before it asks. Takes nothing.
   */
  stillFull(id: string): Full<Kind> | undefined;
}

/** What the mails that a worker sends at once count for: a mail server by name and port, an account's part of it, a mailbox, an account. */
export type MailCaps = Caps<'accountAtHost' | 'host' | 'mailbox' | 'account'>;
export type MailPlaces = Places<keyof MailCaps>;
/** What the batches that it enrolls of at once count for. */
export type BatchPlaces = Places<'account'>;

/**
 * A share of the slots: a host that hangs leaves three quarters of them, and an account half, to others; of the places of one
 * host an account leaves half to other accounts.
 */
export function mailCaps(slots: number): MailCaps {
  const share = (part: number): number => Math.max(1, Math.floor(slots / part));
  return { accountAtHost: share(8), host: share(4), mailbox: share(20), account: share(2) };
}

/** An account has half of the slots, and of an odd number one more: they are few, and the smaller half is left to others. */
export function batchCaps(slots: number): Caps<'account'> {
  return { account: Math.ceil(slots / 2) };
}

const shortestWaitMs = 100;
const longestWaitMs = 60_000;
/** What is added at most to a wait because nothing moves: a place must not stay free for long once one is left. */
const longestStillMs = 10_000;
/** How long a place is kept for one whose turn has come: its next attempt may be made by another worker. */
const keptMs = 5_000;
/** How long what was known of one that found no place holds, so that few look in vain when many wait. */
const knownMs = 5_000;
/** How long a place is taken to be needed before one was left. */
const firstPaceMs = 500;

/**
 * Places in memory, since what they protect are the slots of this process: they cost no query, and are free again when the
 * process is gone. Who finds none is told when to come again, and comes before those who asked later.
 */
export function createPlaces<Kind extends string>(
  caps: Caps<Kind>,
  nowMs: () => number = () => performance.now(),
): Places<Kind> {
  const rooms = new Map<string, Room>();
  const refused = new Map<string, { readonly wanted: Wanted<Kind>; readonly atMs: number }>();
  const roomOf = (kind: Kind, name: string): Room => {
    const key = `${kind} ${name}`;
    const room = rooms.get(key) ?? new Room(caps[kind]);
    rooms.set(key, room);
    return room;
  };
  const roomsOf = (of: Readonly<Record<Kind, string>>): Wanted<Kind> => {
    const wanted: { readonly kind: Kind; readonly room: Room }[] = [];
    for (const kind in of) wanted.push({ kind, room: roomOf(kind, of[kind]) });
    return wanted;
  };
  const fullFor = (id: string, wanted: Wanted<Kind>, now: number): Full<Kind> | undefined => {
    const full = wanted.find(({ room }) => room.isFullFor(id, now));
    return full && { kind: 'full', by: full.kind, waitMs: full.room.turnOf(id, now) };
  };
  return {
    stillFull: (id) => {
      const now = nowMs();
      const before = refused.get(id);
      return before && before.atMs + knownMs > now ? fullFor(id, before.wanted, now) : undefined;
    },
    take: (id, of) => {
      const now = nowMs();
      const wanted = roomsOf(of);
      const full = fullFor(id, wanted, now);
      if (full) {
        refused.set(id, { wanted, atMs: now });
        return full;
      }
      refused.delete(id);
      const stay = Symbol(id);
      for (const { room } of wanted) room.enter(id, stay, now);
      return {
        kind: 'taken',
        leave: () => {
          const then = nowMs();
          for (const { room } of wanted) room.leave(stay, then);
          for (const [key, room] of rooms) if (room.isForgotten(then)) rooms.delete(key);
          for (const [other, { atMs }] of refused)
            if (atMs + knownMs <= then) refused.delete(other);
        },
      };
    },
  };
}

type Wanted<Kind> = readonly { readonly kind: Kind; readonly room: Room }[];

interface Turn {
  readonly sinceMs: number;
  readonly atMs: number;
}

/** The places of one, such as one account, and who waits for one. */
class Room {
  private readonly cap: number;
  private readonly inside = new Map<symbol, number>();
  private readonly waiting = new Map<string, Turn>();
  private paceMs = firstPaceMs;
  /** When a place was last taken or left. */
  private movedMs = 0;

  constructor(cap: number) {
    this.cap = cap;
  }

  isFullFor(id: string, now: number): boolean {
    const free = this.cap - this.inside.size;
    return free <= 0 || free <= this.dueBefore(this.waiting.get(id)?.sinceMs ?? now, now);
  }

  enter(id: string, stay: symbol, now: number): void {
    this.waiting.delete(id);
    this.inside.set(stay, now);
    this.movedMs = now;
  }

  leave(stay: symbol, now: number): void {
    const sinceMs = this.inside.get(stay);
    if (sinceMs === undefined) return;
    this.inside.delete(stay);
    this.movedMs = now;
    this.paceMs += (now - sinceMs - this.paceMs) / 5;
  }

  /**
   * When to come again: once for every place that has to become free first. While nothing moves for longer than a stay lasts,
   * such as beside a server that hangs, that time comes on top, up to a bound, so that few ask in vain.
   */
  turnOf(id: string, now: number): number {
    const before = this.waiting.get(id);
    const stillMs = Math.min(longestStillMs, Math.max(0, now - this.movedMs - this.paceMs));
    const fromNow = stillMs + this.gapMs(now) * (1 + this.aheadOf(id, now));
    const waitMs = Math.min(longestWaitMs, Math.max(shortestWaitMs, fromNow));
    this.waiting.set(id, { sinceMs: before?.sinceMs ?? now, atMs: now + waitMs });
    return waitMs;
  }

  isForgotten(now: number): boolean {
    return this.inside.size === 0 && this.dueBefore(Number.POSITIVE_INFINITY, now, true) === 0;
  }

  /** How many asked before `sinceMs` whose turn it is, or, with `all`, who wait at all. */
  private dueBefore(sinceMs: number, now: number, all = false): number {
    let due = 0;
    for (const [id, turn] of this.waiting) {
      if (turn.atMs + keptMs < now) this.waiting.delete(id);
      else if (turn.sinceMs < sinceMs && (all || turn.atMs <= now)) due += 1;
    }
    return due;
  }

  /** How many wait that came before; a map keeps them in this order. */
  private aheadOf(id: string, now: number): number {
    let ahead = 0;
    for (const [other, turn] of this.waiting) {
      if (other === id) break;
      if (turn.atMs + keptMs >= now) ahead += 1;
    }
    return ahead;
  }

  /** How long until the next place is free: what is under way may last longer than what has ended. */
  private gapMs(now: number): number {
    let underWayMs = 0;
    for (const sinceMs of this.inside.values()) underWayMs += now - sinceMs;
    const meanMs = this.inside.size === 0 ? 0 : underWayMs / this.inside.size;
    return Math.max(this.paceMs, meanMs) / this.cap;
  }
}
