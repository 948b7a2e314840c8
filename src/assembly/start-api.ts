import { createApp } from '../api/app.js';
import type { CallLimits } from '../api/deps.js';
import { createHttpServer } from '../api/server.js';
import { createVault } from '../config/vault.js';
import type { Instant } from '../domain/time/types.js';
import { createPublicHolidays } from '../holidays/date-holidays.js';
import { createOutgoingGuard, type OutgoingRules } from '../net/outgoing-guard.js';
import { openTemporalClient, type TemporalTarget } from '../temporal/connect.js';
import { openGateway, type GatewayOptions } from './open-gateway.js';
import { databaseService, type DatabaseAccess } from './open-database.js';
import { startServices, type Services } from './services.js';

export interface ApiOptions extends GatewayOptions {
  readonly database: DatabaseAccess;
  readonly temporal: TemporalTarget;
  /** Port 0 takes a free port. */
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly trustedProxies?: number | string[];
    /** What one caller may take of this process; anything without it. */
    readonly limits?: CallLimits;
  };
  /** Seal and open the mailboxes' passwords; 32 bytes each, the newest first. */
  readonly encryptionKeys: readonly Buffer[];
  /** Which mail servers may be named; those of the open internet unless told. */
  readonly outgoing?: OutgoingRules;
  /** The API's only clock: that of Postgres, which limits count by, unless told. */
  readonly now?: () => Instant;
}

export interface RunningApi {
  readonly url: string;
  readonly health: Services['health'];
  /** Takes no more requests, lets running ones finish, then lets go of Postgres and Temporal. */
  close(): Promise<void>;
}

/** How long calls that run may go on once the API is closed, in milliseconds. */
export const graceMs = 10_000;

/**
 * Puts the API together and listens. On a database schema that it does not know, it rejects and leaves nothing open.
 */
export function startApi(options: ApiOptions): Promise<RunningApi> {
  return startServices(async (services) => {
    const { logger } = options;
    const { db, clock } = await services.start('back', databaseService(options.database, logger));
    const now = options.now ?? (() => new Date(clock.nowMs()).toISOString());
    const temporal = await services.start('back', openTemporalClient(options.temporal));
    const app = createApp({
      ...{ db, now, logger, trustedProxies: options.http.trustedProxies },
      limits: options.http.limits,
      workflows: openGateway(options, db, temporal),
      vault: createVault(options.encryptionKeys),
      outgoing: createOutgoingGuard(options.outgoing),
      publicHolidays: createPublicHolidays(),
      health: services.health,
    });
    const { url } = await services.start(
      'front',
      createHttpServer(app, { ...options.http, graceMs }),
    );
    return { url, health: services.health, close: services.stop };
  });
}
