import type { Logger } from 'pino';
import type { Db } from '../db/client.js';
import type { Instant } from '../domain/time/types.js';
import type { HealthReport } from '../observability/health.js';
import type { CallPlaceOptions, CallPlaces } from './http/call-places.js';
import type { NoteKeyUse } from './http/note-key-use.js';
import type { RequestMeters, RequestRates } from './http/request-rates.js';
import type { Ports } from '../usecases/ports.js';

/** Everything that the API is made of. */
export interface AppDeps extends Ports {
  readonly db: Db;
  /** The only clock that the API knows. */
  readonly now: () => Instant;
  readonly logger: Logger;
  /** Whose X-Forwarded-For is believed: how many proxies, or their addresses and networks; nobody's without it. */
  readonly trustedProxies?: number | string[] | undefined;
  /** How much of this process one caller may take; anything without it. */
  readonly limits?: CallLimits | undefined;
  /** The state of this process's services. */
  readonly health: () => Promise<HealthReport>;
}

/** What one key, and one account, may take of a process. */
export interface CallLimits {
  readonly rates: RequestRates;
  readonly places: CallPlaceOptions;
}

/** What each request is served with. */
export interface ServeDeps extends AppDeps {
  readonly meters?: RequestMeters;
  readonly places?: CallPlaces;
  readonly noteKeyUse: NoteKeyUse;
}
