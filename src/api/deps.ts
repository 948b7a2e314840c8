import type { Logger } from 'pino';
import type { Db } from '../db/client.js';
import type { Instant } from '../domain/time/types.js';
import type { HealthReport } from '../observability/health.js';
import type { NoteKeyUse } from './http/note-key-use.js';
import type { Ports } from '../usecases/ports.js';

/** Everything that the API is made of. */
export interface AppDeps extends Ports {
  readonly db: Db;
  /** The only clock that the API knows. */
  readonly now: () => Instant;
  readonly logger: Logger;
  /** Whose X-Forwarded-For is believed: how many proxies, or their addresses and networks; nobody's without it. */
  readonly trustedProxies?: number | string[] | undefined;
  /** The state of this process's services. */
  readonly health: () => Promise<HealthReport>;
}

/** What each request is served with. */
export interface ServeDeps extends AppDeps {
  readonly noteKeyUse: NoteKeyUse;
}
