import pg from 'pg';
import { migrateDatabase } from '../../src/db/migrate.js';
import { startPostgres, type LocalPostgres } from '../../src/local/postgres.js';
import { containerEnvironment, runOneShot, type Site } from './cluster.js';
import { newPlace } from './places.js';

/** Whose databases are whose. */
const owned = { cadenza: ['cadenza'], temporal: ['temporal', 'temporal_visibility'] } as const;
const databases = [...Object.values(owned).flat(), 'postgres', 'template1'];
/** Postgres' code for what somebody may not do. */
const insufficientPrivilege = '42501';

/** The addresses by which API and Temporal server reach their databases. */
function urlOf(site: Site, user: keyof typeof owned, database: string): string {
  const { DATABASE_URL: own = '' } = containerEnvironment(site, 'api');
  const { POSTGRES_USER: name = '', POSTGRES_PWD: password = '' } = containerEnvironment(
    site,
    'temporal',
  );
  const url = new URL(own);
  if (user === 'temporal') Object.assign(url, { username: name, password });
  url.pathname = `/${database}`;
  return url.href;
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was done',
    (error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? '') : String(error)),
  );
}

/** What no user of a service may do, whatever database it is in. */
const forbidden = [
  'create role another',
  'create database another',
  'set role postgres',
  'select rolpassword from pg_authid',
  "copy (select 1) to program 'true'",
  "select pg_read_file('/etc/passwd')",
  'alter system set max_connections = 10',
];

/** Throws unless each user enters its own databases alone, and may do nothing there that only a superuser may. */
export async function inspectUsers(site: Site): Promise<string> {
  let refused = 0;
  for (const user of ['cadenza', 'temporal'] as const) {
    for (const database of databases) {
      const url = urlOf(site, user, database);
      if (owned[user].some((own) => own === database)) {
        await query(url, 'select 1');
        continue;
      }
      const code = await codeOf(query(url, 'select 1'));
      if (code !== insufficientPrivilege) throw new Error(`${user} in ${database}: ${code}`);
      refused += 1;
    }
    const home = urlOf(site, user, owned[user][0]);
    for (const sql of forbidden) {
      const code = await codeOf(query(home, sql));
      if (code !== insufficientPrivilege) throw new Error(`${user}: ${sql}: ${code}`);
      refused += 1;
    }
    const [foreign] = await query<{ count: string }>(home, ofOthers);
    if (foreign?.count !== '0') throw new Error(`${foreign?.count} things in ${user} are not its`);
  }
  return `${refused} attempts were refused`;
}

/** What a user cannot change in its database, and so cannot migrate either. */
const ofOthers = `
  select count(*) from (
    select oid, relowner as owner, relnamespace as place from pg_class where relkind <> 'i'
    union all select oid, proowner, pronamespace from pg_proc
    union all select oid, typowner, typnamespace from pg_type
  ) as thing join pg_namespace n on n.oid = thing.place
  where not pg_has_role(owner, 'usage') and nspname !~ '^pg_' and nspname <> 'information_schema'
    and not exists (select from pg_depend d where d.objid = thing.oid and d.deptype = 'e')`;

/**
 * Makes a cluster as earlier releases had it, with one superuser for all, and takes it over by the words of
 * docs/operations.md. Throws unless the rows stay, and the users can then do what is theirs and nothing else.
 */
export async function takeOverEarlierVolume(site: Site, directory: string): Promise<string> {
  const place = await newPlace('postgres', '5432');
  const postgres = await startPostgres({
    directory,
    port: place.localPort,
    superuser: 'cadenza',
    persistent: false,
    durable: false,
  });
  try {
    const { password } = new URL(postgres.url('postgres'));
    const others = site.places.filter(({ service }) => service !== 'postgres');
    const earlier: Site = {
      ...site,
      places: [...others, place],
      shell: { ...site.shell, POSTGRES_PASSWORD: password },
    };
    return await takeOver(earlier, postgres, password);
  } finally {
    await postgres.stop();
  }
}

const rowsKept = 'select (select id from installation), (select count(*) from schema_migrations)';

async function takeOver(site: Site, postgres: LocalPostgres, password: string): Promise<string> {
  for (const database of [...owned.cadenza, ...owned.temporal]) {
    await postgres.createDatabase(database);
  }
  await migrateDatabase(postgres.url('cadenza'));
  const environment = { SQL_USER: 'cadenza', SQL_PASSWORD: password };
  await runOneShot(site, 'temporal-schema', { environment });
  const before = await query(postgres.url('cadenza'), rowsKept);
  // Whoever repeats it, because it ended half-way, does so as the superuser that there is now.
  for (const superuser of ['cadenza', 'postgres']) {
    const asSuperuser = ['--username', superuser, '--dbname', 'postgres'];
    const command = ['--no-psqlrc', ...asSuperuser, '--file', '/deploy/part-users.sql'];
    await runOneShot(site, 'databases', { command });
  }
  await runOneShot(site, 'databases');
  await runOneShot(site, 'temporal-schema');
  const url = urlOf(site, 'cadenza', 'cadenza');
  const applied = await migrateDatabase(url);
  const after = await query(url, rowsKept);
  if (applied.length > 0 || JSON.stringify(after) !== JSON.stringify(before)) {
    throw new Error(`${JSON.stringify(before)} became ${JSON.stringify(after)}`);
  }
  return inspectUsers(site);
}
