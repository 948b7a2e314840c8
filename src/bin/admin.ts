import { destination } from 'pino';
import { openKnownDatabase } from '../assembly/open-database.js';
import { createLogger } from '../observability/logger.js';
import { readCommand, UsageError } from './admin/commands.js';
import { usage } from './admin/usage.js';
import { databaseUrlOf, encryptionKeysOf, readEnvironment } from './shared/environment.js';
import { readKeptSecrets } from './shared/kept-secrets.js';
import { runMain } from './shared/run-main.js';
import { runningDatabaseUrl } from './shared/running.js';

const noDatabase =
  'There is no database to work on. Set DATABASE_URL, or run `npm start` in another terminal.';

/** Those of the environment, else those that `npm start` has made, as it takes them itself. */
async function encryptionKeys(): Promise<readonly Buffer[]> {
  const keys =
    encryptionKeysOf(readEnvironment()) ?? encryptionKeysOf({ ...(await readKeptSecrets()) });
  if (keys === undefined) throw new Error('CADENZA_ENCRYPTION_KEY is missing.');
  return keys;
}

/** Accounts, their keys and the encryption of passwords, for whoever runs Cadenza. */
await runMain(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args[0] === 'help') {
    console.log(usage);
    return 0;
  }
  try {
    const command = readCommand(args);
    const url = databaseUrlOf(readEnvironment()) ?? (await runningDatabaseUrl());
    if (url === undefined) throw new Error(noDatabase);
    const logger = createLogger({ level: 'warn', destination: destination(2) });
    const database = await openKnownDatabase({ url, maxConnections: 1 }, logger);
    try {
      const lines = await command(database.db, new Date().toISOString(), encryptionKeys);
      for (const line of lines) console.log(line);
    } finally {
      await database.close();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
});
