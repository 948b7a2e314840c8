import { migrateDatabase } from '../db/migrate.js';
import { databaseUrlOf, readEnvironment } from './shared/environment.js';
import { runMain } from './shared/run-main.js';

/** Brings the database up to this release's schema; no other program does. */
await runMain(async () => {
  const url = databaseUrlOf(readEnvironment());
  if (url === undefined) {
    console.error('DATABASE_URL is missing: it says which database to migrate.');
    return 2;
  }
  const applied = await migrateDatabase(url);
  for (const id of applied) console.log(`applied ${id}`);
  if (applied.length === 0) console.log('nothing to do: the schema is up to date');
  return 0;
});
