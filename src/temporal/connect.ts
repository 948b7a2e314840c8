import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

/** Where the Temporal server is, when it is not the SDK's environment configuration that says so. */
export interface TemporalTarget {
  readonly address?: string;
  readonly namespace?: string;
}

export interface TemporalClient {
  readonly client: Client;
  readonly namespace: string;
  close(): Promise<void>;
}

/**
 * Opens a client by the SDK's environment configuration (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * TLS, `temporal.toml`), with `target` in place of what it names. Connects on first use, so that an API can start, and
 * take enrollments, while Temporal is down.
 */
export function openTemporalClient(target: TemporalTarget = {}): TemporalClient {
  const config = loadClientConnectConfig();
  const namespace = target.namespace ?? config.namespace ?? 'default';
  const connection = Connection.lazy({
    ...config.connectionOptions,
    ...(target.address === undefined ? {} : { address: target.address }),
  });
  return {
    client: new Client({ connection, namespace }),
    namespace,
    close: () => connection.close(),
  };
}

/** Opens a worker's connection by the same configuration. Rejects when the server does not answer. */
export async function openWorkerConnection(
  target: TemporalTarget = {},
): Promise<{ readonly connection: NativeConnection; readonly namespace: string }> {
  const config = loadClientConnectConfig();
  const connection = await NativeConnection.connect({
    ...config.connectionOptions,
    ...(target.address === undefined ? {} : { address: target.address }),
  });
  return { connection, namespace: target.namespace ?? config.namespace ?? 'default' };
}
