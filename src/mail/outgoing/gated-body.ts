import { Readable } from 'node:stream';

/** What a gate may answer instead of letting the body through. */
export interface GateListener {
  stopped(): void;
  failed(error: unknown): void;
}

/** A message body that asks before its first byte. */
export interface GatedBody {
  readonly stream: Readable;
  /** Whether a byte has been handed on. */
  started(): boolean;
  /** Whether all of it has been handed on. */
  ended(): boolean;
  /** Resolves at once while nobody asks the gate, else when its answer is in. Never rejects. */
  gateClosed(): Promise<void>;
}

/**
 * A stream of `raw` whose first read asks `gate` and hands on nothing before the answer `go`. The SMTP connection reads its
 * body only after the server's 354, so the gate lies exactly on the boundary of the DATA phase.
 *
 * Once the stream is destroyed, a late `go` hands on nothing.
 */
export function createGatedBody(
  raw: Buffer,
  gate: () => Promise<'go' | 'stop'>,
  listener: GateListener,
): GatedBody {
  let asking: Promise<void> | undefined;
  let started = false;
  const ask = async (): Promise<void> => {
    const answer = await gate().catch((error: unknown) => {
      listener.failed(error);
      return 'failed' as const;
    });
    if (answer === 'stop') listener.stopped();
    if (answer !== 'go' || stream.destroyed) return;
    started = true;
    stream.push(raw);
    stream.push(null);
  };
  const stream = new Readable({
    read: () => {
      asking ??= ask();
    },
  });
  return {
    stream,
    started: () => started,
    ended: () => stream.readableEnded,
    gateClosed: () => asking ?? Promise.resolve(),
  };
}
