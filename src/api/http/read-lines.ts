import { refusal, type RowRefusal } from '../../usecases/row-refusal.js';

/** One line of a body: its text, or why it is not accepted. */
export type Line =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: RowRefusal };

export interface LineLimits {
  /** The most bytes of a line; the rest of a longer line is thrown away as it comes. */
  readonly lineBytes: number;
  /** The most bytes in all; what comes after that is ignored. */
  readonly totalBytes: number;
}

const newline = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The lines of a body that is read piece by piece; no more than one piece and one line is held at a time. Empty lines
 * are skipped. Errors of the body are thrown on; when a body breaks off, its unfinished line is dropped.
 */
export async function* readLines(
  body: AsyncIterable<Buffer>,
  limits: LineLimits,
): AsyncGenerator<Line, 'whole' | 'too_large'> {
  let begun = new BegunLine(limits.lineBytes);
  let total = 0;
  for await (const piece of body) {
    total += piece.length;
    if (total > limits.totalBytes) return 'too_large';
    let from = 0;
    for (let at = piece.indexOf(newline); at !== -1; at = piece.indexOf(newline, from)) {
      begun.add(piece.subarray(from, at));
      const line = begun.finish();
      begun = new BegunLine(limits.lineBytes);
      from = at + 1;
      if (line !== undefined) yield line;
    }
    begun.add(piece.subarray(from));
  }
  const last = begun.finish();
  if (last !== undefined) yield last;
  return 'whole';
}

/** A line whose end has not come yet. */
class BegunLine {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  /** Undefined for an empty line. */
  finish(): Line | undefined {
    if (this.#bytes > this.#maxBytes) {
      const detail = `A line has at most ${this.#maxBytes} bytes.`;
      return { ok: false, why: refusal('PAYLOAD_TOO_LARGE', detail) };
    }
    try {
      const text = decoder.decode(Buffer.concat(this.#pieces));
      return text.trim() === '' ? undefined : { ok: true, text };
    } catch {
      return { ok: false, why: refusal('MALFORMED_JSON', 'The line is no UTF-8.') };
    }
  }
}
