import type { Logger } from 'pino';
import type { WorkflowGateway } from '../contract/gateway.js';
import type { Db } from '../db/client.js';
import { createInstallationId } from '../db/installation-id.js';
import { createOutboxStore } from '../db/outbox-store.js';
import type { TemporalClient } from '../temporal/connect.js';
import { createGateway } from '../temporal/gateway.js';
import { targetsOf } from './targets.js';

export interface GatewayOptions {
  readonly taskQueue: string;
  /** The Temporal UI's address, without a slash at its end. */
  readonly uiUrl: string;
  readonly searchAttributesEachStep: boolean;
  readonly logger: Logger;
}

/** The way from the outbox to Temporal. */
export function openGateway(
  { taskQueue, uiUrl, searchAttributesEachStep, logger }: GatewayOptions,
  db: Db,
  { client, namespace }: Pick<TemporalClient, 'client' | 'namespace'>,
): WorkflowGateway {
  return createGateway({
    ...{ client, namespace, taskQueue, uiUrl, searchAttributesEachStep, logger },
    installationId: createInstallationId(db),
    outbox: createOutboxStore(db),
    targets: targetsOf(db),
  });
}
