export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const maxDepth = 5;
/** States of Postgres whose messages quote names of ours alone: of connections, constraints, tables, settings, locks. */
const quotesNames = /^(?:08|23|25|28|3D|40|42|53|55|57|58)/;
const sqlState = /^[0-9A-Z]{5}$/;

/**
 * What may be said of an error, in logs and to Temporal. Of its own fields only codes: a database error's `detail`, the
 * parameters that the query builder puts into its message, and the values that some messages quote hold people's data.
 */
export function describeError(error: unknown, depth = maxDepth): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const code = textOf(error, 'code');
  const constraint = textOf(error, 'constraint');
  return {
    type: error.name,
    message: withoutData(error, code),
    ...(code !== undefined && { code }),
    ...(constraint !== undefined && { constraint }),
    ...(error.stack !== undefined && { stack: framesOf(error.stack, error.message) }),
    ...(error.cause !== undefined && depth > 1 && { cause: describeError(error.cause, depth - 1) }),
  };
}

function textOf(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * The message without parameters, and without what it quotes where that may be a value: Postgres quotes what it could
 * not read, and so does whatever parses a text.
 */
function withoutData(error: Error, code: string | undefined): string {
  const message = error.message.replace(/\nparams:[\s\S]*$/, '');
  const isOfPostgres = code !== undefined && sqlState.test(code) && textOf(error, 'severity');
  const quotes = isOfPostgres ? !quotesNames.test(code) : error instanceof SyntaxError;
  return quotes ? message.replace(/["'][\s\S]*["']/, '"…"') : message;
}

/** The frames alone: the message comes before them once more, and may have lines that look like them. */
function framesOf(stack: string, message: string): string {
  const at = stack.indexOf(message);
  const lines = (at < 0 ? stack : stack.slice(at + message.length)).split('\n');
  const first = lines.findLastIndex((line) => !/^ {4}at /.test(line)) + 1;
  return lines.slice(first).join('\n');
}
