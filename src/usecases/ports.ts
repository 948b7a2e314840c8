import type { Vault } from '../config/vault.js';
import type { WorkflowGateway } from '../contract/gateway.js';
import type { PublicHolidays } from '../holidays/port.js';

/** Where a use case notes what is no refusal but must still be noticed. */
export interface Notes {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

/** What use cases need from the world besides Postgres. */
export interface Ports {
  readonly workflows: WorkflowGateway;
  readonly publicHolidays: PublicHolidays;
  readonly vault: Vault;
  readonly logger: Notes;
}
