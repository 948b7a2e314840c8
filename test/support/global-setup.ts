import type { TestProject } from 'vitest/node';
import { startTestServers, type TestServers } from './test-servers.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the run's Postgres, as its superuser. */
    readonly postgresUrl: string;
    /** A database with this release's schema in it, to be copied. */
    readonly templateDatabase: string;
    readonly temporalAddress: string;
    readonly temporalNamespace: string;
    /** Keeps what is bundled once for the run. */
    readonly bundleDirectory: string;
  }
}

interface Shared {
  readonly servers: Promise<TestServers>;
  users: number;
}

declare global {
  var cadenzaTestServers: Shared | undefined;
}

/**
 * Vitest runs this once for each project that has tests to run, each time in a module of its own, and tears all down
 * when the run is over. So what they share, one Postgres and one Temporal server, hangs on the process.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (globalThis.cadenzaTestServers ??= { servers: startTestServers(), users: 0 });
  const servers = await shared.servers;
  shared.users += 1;
  project.provide('postgresUrl', servers.postgresUrl);
  project.provide('templateDatabase', servers.templateDatabase);
  project.provide('temporalAddress', servers.temporalAddress);
  project.provide('temporalNamespace', servers.temporalNamespace);
  project.provide('bundleDirectory', servers.bundleDirectory);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    globalThis.cadenzaTestServers = undefined;
    await servers.stop();
  };
}
