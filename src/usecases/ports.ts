import type { Vault } from '../config/vault.js';
import type { WorkflowGateway } from '../contract/gateway.js';
import type { PublicHolidays } from '../holidays/port.js';
import type { OutgoingGuard } from '../net/outgoing-guard.js';

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
  /** Says which hosts and ports may be connected to. */
  readonly outgoing: Pick<OutgoingGuard, 'refusalOf'>;
  readonly logger: Notes;
}
