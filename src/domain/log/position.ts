/**
 * A place in the log; of two rows the one with the lower position comes first, by generation, then by transaction, then by
 * id.
 */
export interface LogPosition {
  /** Rises when the database goes on in another cluster, or on another timeline, whose transactions count anew. */
  readonly generation: number;
  /** A transaction's id, of 64 bits: a number written in digits. Nothing is added below the oldest that still runs. */
  readonly xact: string;
  readonly id: number;
}

/** Before every row. */
export const beginningOfLog: LogPosition = { generation: 0, xact: '0', id: 0 };

/** The text that callers keep; it stays good for ever. */
export function writePosition({ generation, xact, id }: LogPosition): string {
  return `${generation}.${xact}.${id}`;
}

const form = /^(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,19})\.(0|[1-9]\d{0,15})$/;
const highestXact = 2n ** 64n - 1n;

/** The position that a text stands for, or undefined for one that is none. */
export function readPosition(text: string): LogPosition | undefined {
  const [, generation, xact = '', id] = form.exec(text) ?? [];
  const read = { generation: Number(generation), xact, id: Number(id) };
  const isOne =
    Number.isSafeInteger(read.generation) &&
    Number.isSafeInteger(read.id) &&
    BigInt(xact) <= highestXact;
  return isOne ? read : undefined;
}
