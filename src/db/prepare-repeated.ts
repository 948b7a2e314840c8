import type { ClientBase } from 'pg';

/** How often a text must come before it is prepared. */
const seenBefore = 5;
/** How many texts a process counts; texts that come later are never prepared. */
const mostTexts = 1000;
/**
 * A statement with more parameters contains lists, whose length changes and which need a plan for the actual values.
 */
const mostParameters = 100;

/** Names a statement that is to be prepared; undefined for any other. */
export type NameStatement = (text: string) => string | undefined;

/** Gives a text a name once it has come five times, the same name for every connection. */
export function createStatementNames(): NameStatement {
  const counts = new Map<string, { readonly name: string; count: number }>();
  return (text) => {
    const known = counts.get(text);
    if (known === undefined) {
      if (counts.size < mostTexts) {
        counts.set(text, { name: `cadenza_${counts.size}`, count: 1 });
      }
      return undefined;
    }
    known.count += 1;
    return known.count > seenBefore ? known.name : undefined;
  };
}

/**
 * Has a connection prepare the statements with parameters that repeat, so that Postgres parses and plans them only
 * once. It uses only the protocol's own prepared statements, which PgBouncer knows from version 1.21 on.
 */
export function prepareRepeated(client: ClientBase, nameOf: NameStatement): void {
  const send = client.query.bind(client);
  Reflect.set(client, 'query', (config: unknown, ...rest: readonly unknown[]): unknown => {
    const answer: unknown = Reflect.apply(send, client, [named(config, rest[0], nameOf), ...rest]);
    return answer;
  });
}

function named(config: unknown, parameters: unknown, nameOf: NameStatement): unknown {
  if (!Array.isArray(parameters) || parameters.length === 0) return config;
  if (parameters.length > mostParameters) return config;
  if (typeof config !== 'object' || config === null || !('text' in config)) return config;
  const name = typeof config.text === 'string' ? nameOf(config.text) : undefined;
  return name === undefined ? config : { ...config, name };
}
