import type { PoolClient } from 'pg';
import { boundsSql, longMark, type Bounds, type DatabaseBounds } from './bounds.js';

/** By how much Postgres may be late in ending a statement that takes too long. */
const lateMs = 1_000;

/**
 * Has a connection put its bounds on every transaction, along with `begin` and so without a further round trip, and
 * give up on a Postgres that does not answer: the connection is then broken off, and all that is asked on it fails.
 */
export function boundClient(client: PoolClient, { short, long }: DatabaseBounds): void {
  let inForce = short;
  const bounded = (config: unknown): unknown => {
    if (!hasText(config)) return config;
    const isBegin = /^begin\b/.test(config.text);
    const isLong = config.text === longMark;
    if (isBegin) inForce = short;
    if (isLong) inForce = long;
    return {
      ...config,
      ...((isBegin || isLong) && { text: `${config.text}; ${boundsSql(inForce)}` }),
      query_timeout: answerMs(inForce),
    };
  };
  const send = client.query.bind(client);
  Reflect.set(client, 'query', (config: unknown, ...rest: readonly unknown[]): unknown => {
    const answer: unknown = Reflect.apply(send, client, [bounded(config), ...rest]);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        // Whatever comes next on it, such as the rollback, would wait as long again.
        if (isSilence(error)) void client.end();
      });
    }
    return answer;
  });
}

/** How long an answer is waited for. */
function answerMs({ statementMs }: Bounds): number {
  return statementMs + lateMs;
}

/** The driver gives this error no code. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

function hasText(config: unknown): config is { readonly text: string } {
  return (
    typeof config === 'object' &&
    config !== null &&
    'text' in config &&
    typeof config.text === 'string'
  );
}
