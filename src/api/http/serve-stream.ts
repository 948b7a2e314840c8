import type { Request, Response } from 'express';
import { admit, callBase, type Exchange } from './admit.js';
import type { ServeDeps } from '../deps.js';
import { nothing } from './endpoint.js';
import { fieldErrors, withInput } from './field-errors.js';
import { refuseFields } from '../../usecases/refusal.js';
import { readRows, type BulkEnd } from './read-rows.js';
import { transactions, type Transact } from '../../usecases/transact.js';
import type { RowResult } from '../../usecases/row-refusal.js';
import type { StreamEndpoint } from './stream-endpoint.js';
import { refuseCall } from './problem.js';
import { writeSlowly } from './write-slowly.js';

/** The most bytes of a body that is streamed. */
const totalBytes = 50 * 1024 * 1024;
const lineBytes = 64 * 1024;

/** The express handler of a streaming endpoint. Until the first row has been read, it refuses as any endpoint does. */
export function serveStream(
  endpoint: StreamEndpoint,
  deps: ServeDeps,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const exchange: Exchange = { operation: endpoint, deps, request, response };
    const identity = await admit(exchange);
    requireAcceptable(request);
    const transact = transactions(deps.db, callBase(exchange, identity));
    const run = () => answerWhole(endpoint, transact, request, response);
    await (deps.places?.within('heavy', identity.caller.accountId, run) ?? run());
  };
}

async function answerWhole(
  endpoint: StreamEndpoint,
  transact: Transact,
  request: Request,
  response: Response,
): Promise<void> {
  response.status(200).set('Cache-Control', 'no-store').type('application/x-ndjson');
  try {
    await answer(endpoint, transact, request, response);
  } catch (error) {
    const gone = response.destroyed || (request.destroyed && !request.complete);
    if (!gone) throw error;
    // A caller that went away needs no answer; what was committed stays.
    response.destroy();
  }
}

function requireAcceptable(request: Request): void {
  const query = nothing.safeParse(request.query, withInput);
  if (query.error) refuseFields(fieldErrors('query', query.error));
  const plain = (request.get('content-encoding') ?? 'identity') === 'identity';
  if (request.is('application/x-ndjson') === false || !plain) {
    refuseCall(
      'UNSUPPORTED_MEDIA_TYPE',
      'Send one JSON object a line, in UTF-8 and not compressed, with Content-Type: application/x-ndjson.',
    );
  }
  if (Number(request.get('content-length') ?? 0) > totalBytes) {
    refuseCall('PAYLOAD_TOO_LARGE', `A body has at most ${totalBytes} bytes; send it in parts.`);
  }
  if (request.get('idempotency-key') !== undefined) {
    const message = 'No answer is kept here: leave the header out. Repeating the call is harmless.';
    refuseFields([{ in: 'header', pointer: '/Idempotency-Key', code: 'not_applicable', message }]);
  }
}

/** Reads, processes and answers batch by batch. The totals come last, so an answer without them is incomplete. */
async function answer(
  endpoint: StreamEndpoint,
  transact: Transact,
  request: Request,
  response: Response,
): Promise<void> {
  const totals = { rows: 0, created: 0, updated: 0, refused: 0 };
  const tell = async (results: readonly RowResult[]): Promise<void> => {
    for (const { status } of results) {
      totals.rows += 1;
      totals[status] += 1;
    }
    await write(response, results);
  };
  const batches = readRows(piecesOf(request), { lineBytes, totalBytes, maxRows: endpoint.maxRows });
  for (;;) {
    const next = await batches.next();
    if (next.done === true) {
      const end: BulkEnd = next.value;
      if (end.refused) await tell([{ ...end.refused, status: 'refused' }]);
      await write(response, [{ totals, complete: end.refused === undefined }]);
      break;
    }
    await tell(await endpoint.work(transact, next.value));
  }
  response.end();
  // The excess keeps coming and is thrown away, so that the caller gets to read the reason.
  request.resume();
}

/** The body as it comes. When reading stops early, the connection, and so the answer, stays intact. */
async function* piecesOf(request: Request): AsyncGenerator<Buffer> {
  const pieces: AsyncIterable<unknown> = request.iterator({ destroyOnReturn: false });
  for await (const piece of pieces) if (Buffer.isBuffer(piece)) yield piece;
}

function write(response: Response, lines: readonly object[]): Promise<void> {
  return writeSlowly(response, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
