import { createApp } from '../api/app.js';
import { startServer } from '../api/server.js';
import { createVault } from '../config/vault.js';
import type { Instant } from '../domain/time/types.js';
import { createPublicHolidays } from '../holidays/date-holidays.js';
import { openTemporalClient, type TemporalTarget } from '../temporal/connect.js';
import { openGateway, type GatewayOptions } from './open-gateway.js';
import { openKnownDatabase, type DatabaseAccess } from './open-database.js';
import { openParts } from './opened.js';

export interface ApiOptions extends GatewayOptions {
  readonly database: DatabaseAccess;
  readonly temporal: TemporalTarget;
  /** Port 0 takes a free one. */
  readonly http: { readonly host: string; readonly port: number };
  /** Seals the mailboxes' passwords; 32 bytes. */
  readonly encryptionKey: Buffer;
  readonly now: () => Instant;
}

export interface RunningApi {
  readonly url: string;
  /** Takes no more requests, lets running ones finish, then lets go of Postgres and Temporal. */
  close(): Promise<void>;
}

const closingMs = 10_000;

/** Puts the API together and listens. Rejects on a database schema that it does not know, and leaves nothing open then. */
export function startApi(options: ApiOptions): Promise<RunningApi> {
  return openParts(async (opened) => {
    const { logger, now } = options;
    const database = opened.keep(await openKnownDatabase(options.database, logger));
    const temporal = opened.keep(openTemporalClient(options.temporal));
    const workflows = openGateway(options, database.db, temporal);
    const vault = createVault(options.encryptionKey);
    const publicHolidays = createPublicHolidays();
    const app = createApp({ db: database.db, now, logger, vault, workflows, publicHolidays });
    const server = await startServer(app, options.http);
    opened.keep({ close: () => server.close(closingMs) });
    return { url: server.url, close: opened.close };
  });
}
