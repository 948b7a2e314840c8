import pg from 'pg';

/** The address of another database on the same server. */
export function withDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Makes a database, empty or as a copy of `template`; nobody may be connected to the template at that time. */
export async function createDatabase(
  serverUrl: string,
  name: string,
  template = 'template0',
): Promise<void> {
  await runStatement(
    serverUrl,
    `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`,
  );
}

/** Drops a database if there is one, along with the connections to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await runStatement(
    serverUrl,
    `drop database if exists ${pg.escapeIdentifier(name)} with (force)`,
  );
}

/** Whether there is a database of that name. */
export async function hasDatabase(serverUrl: string, name: string): Promise<boolean> {
  const rows = await runStatement(serverUrl, 'select 1 from pg_database where datname = $1', [
    name,
  ]);
  return rows.length > 0;
}

async function runStatement(
  serverUrl: string,
  sql: string,
  values: readonly string[] = [],
): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: withDatabase(serverUrl, 'postgres') });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
