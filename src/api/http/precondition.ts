import { refuseFields } from '../../usecases/refusal.js';
import { refuseCall } from './problem.js';

/** The ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Refuses a change that is not based on the current version, so that nobody's edit is overwritten unseen. The code is
 * PRECONDITION_REQUIRED without If-Match, and PRECONDITION_FAILED when it names another version. `*` accepts any
 * version.
 */
export function requireMatch(ifMatch: string | undefined, currentVersion: number): void {
  const etag = etagOf(currentVersion);
  if (ifMatch === undefined) {
    refuseCall('PRECONDITION_REQUIRED', {
      detail: `Send the ETag of what you have read as If-Match; the current one is ${etag}.`,
      extensions: { currentVersion },
    });
  }
  if (ifMatch.trim() === '*') return;
  // A weak tag never matches here (RFC 9110, 13.1.1), but is well-formed.
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    refuseFields([
      {
        in: 'header',
        pointer: '/If-Match',
        code: 'invalid_format',
        message: `If-Match is an ETag with its quotes, such as ${etag}.`,
      },
    ]);
  }
  if (tags.includes(etag)) return;
  refuseCall('PRECONDITION_FAILED', {
    detail: `Version ${currentVersion} is current by now. Read it, and make your change on top of it with If-Match: ${etag}.`,
    extensions: { currentVersion },
  });
}
