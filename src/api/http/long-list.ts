import type { Response } from 'express';
import { z } from 'zod';
import type { Transact } from '../../usecases/transact.js';
import { writeSlowly } from './write-slowly.js';

/**
 * A list of a reply that is too long to be held: it is read and written part by part once all else is decided, each part in a
 * transaction of its own. In the body it stands empty.
 */
export interface LongList {
  readonly name: string;
  /** The rows as they are answered. */
  readonly parts: (transact: Transact) => AsyncIterable<readonly unknown[]>;
}

const members = z.record(z.string(), z.unknown());

/** A reply with long lists. */
interface LongReply {
  readonly status: number;
  readonly body: unknown;
  readonly longLists: readonly LongList[];
}

/** A long list of rows of this shape; what the shape does not name is dropped. */
export function longList<Row, Shape extends z.ZodType>(
  name: string,
  shape: Shape,
  read: (transact: Transact) => AsyncIterable<readonly Row[]>,
  show: (row: Row) => z.input<Shape>,
): LongList {
  return {
    name,
    async *parts(transact) {
      for await (const rows of read(transact)) yield rows.map((row) => shape.parse(show(row)));
    },
  };
}

/**
 * Answers a reply with long lists, as one JSON that is written while it is read. An error in the midst of it breaks the
 * connection, so that nobody takes it for whole.
 */
export async function sendLong(
  response: Response,
  { status, body, longLists }: LongReply,
  transact: Transact,
): Promise<void> {
  const names = new Set(longLists.map(({ name }) => name));
  const short = Object.fromEntries(
    Object.entries(members.parse(body)).filter(([name]) => !names.has(name)),
  );
  response.status(status).set('Cache-Control', 'no-store').type('application/json');
  try {
    await writeSlowly(response, JSON.stringify(short).slice(0, -1));
    for (const { name, parts } of longLists) {
      await writeSlowly(response, `,${JSON.stringify(name)}:[`);
      let before = '';
      for await (const rows of parts(transact)) {
        await writeSlowly(response, before + rows.map((row) => JSON.stringify(row)).join(','));
        before = ',';
      }
      await writeSlowly(response, ']');
    }
  } catch (error) {
    if (!response.destroyed) throw error;
    // A caller that went away needs no answer.
    return;
  }
  response.end('}');
}
