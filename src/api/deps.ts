import type { Logger } from 'pino';
import type { Vault } from '../config/vault.js';
import type { WorkflowGateway } from '../contract/gateway.js';
import type { Db } from '../db/client.js';
import type { Instant } from '../domain/time/types.js';
import type { PublicHolidays } from '../holidays/port.js';

/** All that the API is made of. */
export interface AppDeps {
  readonly db: Db;
  /** The only clock that the API knows. */
  readonly now: () => Instant;
  readonly logger: Logger;
  readonly vault: Vault;
  readonly workflows: WorkflowGateway;
  readonly publicHolidays: PublicHolidays;
}
