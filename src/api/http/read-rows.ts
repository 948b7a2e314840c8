import { unstorableFields } from './json-text.js';
import { readLines, type Line, type LineLimits } from './read-lines.js';
import { refusal, type RowRefusal } from '../../usecases/row-refusal.js';
import type { IncomingRow } from './stream-endpoint.js';

export interface RowLimits extends LineLimits {
  readonly maxRows: number;
}

/** How a body ended: complete, or with one row too many. */
export interface BulkEnd {
  readonly refused?: { readonly index: number } & RowRefusal;
}

// A batch is one transaction: it has few rows, to be short, and limited bytes, to bound memory.
const batchRows = 200;
const batchBytes = 1024 * 1024;

/**
 * The rows of an NDJSON body in batches, each given as soon as it is full. Whatever the body's length, only one batch,
 * one line and one piece of the body are held.
 */
export async function* readRows(
  body: AsyncIterable<Buffer>,
  limits: RowLimits,
): AsyncGenerator<readonly IncomingRow[], BulkEnd> {
  const lines = readLines(body, limits);
  let batch: IncomingRow[] = [];
  let bytes = 0;
  for (let index = 0; ; index += 1) {
    const next = await lines.next();
    const over = next.done === true ? tooLarge(next.value, limits) : tooMany(index, limits);
    if (next.done === true || over !== undefined) {
      await lines.return('whole');
      if (batch.length > 0) yield batch;
      return over === undefined ? {} : { refused: { index, ...over } };
    }
    const row = { index, content: readContent(next.value) };
    batch.push(row);
    bytes += row.content.ok ? row.content.bytes : 0;
    if (batch.length >= batchRows || bytes >= batchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
}

function tooMany(index: number, { maxRows }: RowLimits): RowRefusal | undefined {
  if (index < maxRows) return undefined;
  const detail = `A call has at most ${maxRows} rows. This one and all after it are not taken: send them in another call.`;
  return refusal('BULK_TOO_LARGE', detail);
}

function tooLarge(end: 'whole' | 'too_large', { totalBytes }: RowLimits): RowRefusal | undefined {
  if (end === 'whole') return undefined;
  const detail = `A body has at most ${totalBytes} bytes. This row and all after it are not taken: send them in another call.`;
  return refusal('PAYLOAD_TOO_LARGE', detail);
}

function readContent(line: Line): IncomingRow['content'] {
  if (!line.ok) return line;
  try {
    const json: unknown = JSON.parse(line.text);
    const unstorable = unstorableFields('body', json);
    if (unstorable.length === 0) return { ok: true, json, bytes: line.text.length };
    const detail = 'The row has text that cannot be stored, or is nested too deeply.';
    return { ok: false, why: refusal('VALIDATION_FAILED', detail, unstorable) };
  } catch {
    return { ok: false, why: refusal('MALFORMED_JSON', 'The line cannot be read as JSON.') };
  }
}
