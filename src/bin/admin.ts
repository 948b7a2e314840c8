import { destination } from 'pino';
import { openKnownDatabase } from '../assembly/open-database.js';
import { createLogger } from '../observability/logger.js';
import { askPassword } from './admin/ask-password.js';
import { readCommand } from './admin/commands.js';
import { UsageError } from './admin/read-options.js';
import type { Surroundings } from './admin/surroundings.js';
import { usage } from './admin/usage.js';
import {
  databaseUrlOf,
  encryptionKeysOf,
  outgoingOf,
  readEnvironment,
} from './shared/environment.js';
import { dataDirectory } from './shared/data-directory.js';
import { readKeptSecrets } from './shared/kept-secrets.js';
import { runMain } from './shared/run-main.js';
import { readRunning, type Running } from './shared/running.js';

const noDatabase =
  'There is no database to work on. Set DATABASE_URL, or run `npm start` in another terminal.';

/** Those of the environment, else, beside a running `npm start`, those that it has made and takes without any others. */
async function encryptionKeys(
  env: NodeJS.ProcessEnv,
  running: Running | undefined,
): Promise<readonly Buffer[]> {
  const given = encryptionKeysOf(env);
  const keys = given ?? (running && encryptionKeysOf({ ...(await readKeptSecrets()) }));
  if (keys === undefined) throw new Error('CADENZA_ENCRYPTION_KEY is missing.');
  return keys;
}

/** With others than the services have, a password would be said to be safe whose key is then taken away. */
function givenKeys(env: NodeJS.ProcessEnv): readonly Buffer[] {
  const keys = encryptionKeysOf(env);
  if (keys !== undefined) return keys;
  throw new Error(
    `CADENZA_ENCRYPTION_KEY is missing: give the value that API and workers run with. What npm start has made stands in ${dataDirectory()}/secrets.json.`,
  );
}

/** As the API has it that works on the same database: that of `npm start`, if it is running on it, lets mail go to its own server. */
function surroundings(env: NodeJS.ProcessEnv, running: Running | undefined): Surroundings {
  const { allowedHosts, ports } = outgoingOf(env);
  const localMail = running?.mail;
  const own = localMail === undefined ? [] : [`${localMail.host}:${localMail.port}`];
  return {
    encryptionKeys: () => encryptionKeys(env, running),
    givenKeys: () => givenKeys(env),
    smtpPassword: () => askPassword(env),
    outgoing: { allowedHosts: [...own, ...allowedHosts], ports },
    apiUrl: running?.apiUrl ?? `http://localhost:${env['CADENZA_HTTP_PORT'] || '3000'}`,
    localMail,
  };
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
    const env = readEnvironment();
    const running = await readRunning();
    const url = databaseUrlOf(env) ?? running?.databaseUrl;
    if (url === undefined) throw new Error(noDatabase);
    const logger = createLogger({ level: 'warn', destination: destination(2) });
    const database = await openKnownDatabase({ url, maxConnections: 1 }, logger);
    try {
      const around = surroundings(env, running?.databaseUrl === url ? running : undefined);
      const lines = await command(database.db, new Date().toISOString(), around);
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
