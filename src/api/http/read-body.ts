import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { refuseCall } from './problem.js';

const maxBytes = 1024 * 1024;
const parser: RequestHandler = express.json({
  limit: maxBytes,
  strict: false,
  type: 'application/json',
  verify: (_request, _response, bytes, charset) => {
    // What is no UTF-8 would be stored and sent with other characters in its place.
    if (/^utf-?8$/i.test(charset) && !isUtf8(bytes)) throw new RangeError('the body is no UTF-8');
  },
});

/** The parsed JSON body; an absent one counts as `{}`. Refuses a body that is not JSON, or more than 1 MB. */
export async function readJsonBody(request: Request, response: Response): Promise<unknown> {
  if (hasBody(request) && request.is('application/json') === false) {
    refuseCall(
      'UNSUPPORTED_MEDIA_TYPE',
      'Send the body as JSON, with Content-Type: application/json.',
    );
  }
  await new Promise<void>((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('unreadable body', { cause: error }));
    });
  }).catch(refuseBody);
  const body: unknown = request.body;
  return body === undefined ? {} : body;
}

function hasBody(request: Request): boolean {
  const length = request.get('content-length');
  return request.get('transfer-encoding') !== undefined || (length !== undefined && length !== '0');
}

function refuseBody(error: unknown): never {
  const type: unknown = error instanceof Error ? Reflect.get(error, 'type') : undefined;
  switch (type) {
    case 'entity.parse.failed':
      return refuseCall('MALFORMED_JSON', `The body cannot be read as JSON: ${messageOf(error)}`);
    case 'entity.verify.failed':
      return refuseCall('MALFORMED_JSON', 'The body is no UTF-8.');
    case 'entity.too.large':
      return refuseCall('PAYLOAD_TOO_LARGE', `A body has at most ${maxBytes} bytes.`);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return refuseCall('UNSUPPORTED_MEDIA_TYPE', 'Send the body as UTF-8, plain or gzip-encoded.');
    case 'request.aborted':
    case 'request.size.invalid':
      return refuseCall('MALFORMED_JSON', 'The body ended before, or after, its Content-Length.');
    default:
      if (!isCallersFault(error)) throw error;
      return refuseCall(
        'MALFORMED_JSON',
        'The body cannot be decoded: it is not, or not wholly, in the form that its Content-Encoding names.',
      );
  }
}

/** The parser gives its errors the status that they are to be answered with. */
function isCallersFault(error: unknown): boolean {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

// The parser's message quotes some of the body. The position alone says enough, and cannot leak anything.
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  return (
    /position \d+(?: \(line \d+ column \d+\))?/.exec(text)?.[0] ??
    'it ends too early, or is no JSON at all'
  );
}
