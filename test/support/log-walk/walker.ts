import { randomUUID } from 'node:crypto';
import type { ApiAnswer, TestApi } from '../api.js';
import { createStepRunner, type StepRunner } from '../steps.js';
import { made } from '../team.js';
import { createWorld, type World } from '../world.js';

/** Stands in every name, address and text that the walk gives, and nowhere in the log. */
export const personal = 'Zaphod';

/** Makes what a call needs, and makes the call later. */
export interface Walker {
  readonly world: World;
  readonly runner: StepRunner;
  ask(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Makes something, and answers its id. */
  make(path: string, body: unknown): Promise<string>;
  later(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): () => Promise<ApiAnswer>;
  contact(fields?: object): Promise<string>;
  user(fields?: object): Promise<string>;
  sequence(fields?: object): Promise<string>;
  /** Somebody new who is enrolled in a new sequence. */
  enrollment(): Promise<{
    readonly id: string;
    readonly contactId: string;
    readonly sequenceId: string;
  }>;
  /** A draft with two contacts. */
  bulk(): Promise<{ readonly id: string; readonly itemIds: readonly string[] }>;
}

/** What an effective call of an endpoint leaves in the log, in order. */
export interface LogCase {
  readonly leaves: readonly string[];
  readonly arrange: (walker: Walker) => Promise<() => Promise<Pick<ApiAnswer, 'status' | 'body'>>>;
}

/** By method and path, as the list of endpoints has them. */
export type LogCases = Readonly<Record<string, LogCase>>;

export function leaves(names: readonly string[], arrange: LogCase['arrange']): LogCase {
  return { leaves: names, arrange };
}

export const address = (): string => `${personal}-${randomUUID()}@${personal}.example`;
export const name = (): string => `${personal} ${randomUUID()}`;

export const smtp = { host: 'localhost', port: 25, security: 'none' };

/** Who makes the calls that are walked: one of the account's keys, and the user that it names. */
interface Caller {
  readonly key: string;
  readonly user: string;
}

/** Arranges as Ada, an admin, and has the calls made by her too, or by somebody else of her account. */
export async function createWalker(
  api: TestApi,
  callerOf?: (world: World) => Promise<Caller>,
): Promise<Walker> {
  const world = await createWorld(api);
  const caller = (await callerOf?.(world)) ?? { key: world.key, user: 'ada' };
  const headers = { authorization: `Bearer ${caller.key}`, 'cadenza-user': caller.user };
  const ask: Walker['ask'] = (method, path, body) =>
    world.request(method, path, body, { 'cadenza-user': 'ada', 'if-match': '*' });
  const make: Walker['make'] = async (path, body) => (await made(ask('POST', path, body))).id;
  const contact: Walker['contact'] = (fields) =>
    make('/v1/contacts', { email: address(), firstName: personal, ...fields });
  const sequence: Walker['sequence'] = (fields) =>
    make('/v1/sequences', {
      name: name(),
      steps: [{ id: 'call', kind: 'call', title: personal }],
      sharing: { everyone: 'edit' },
      ...fields,
    });
  return {
    world,
    runner: createStepRunner(api),
    ask,
    make,
    later: (method, path, body, others) => () =>
      world.request(method, path, body, { ...headers, 'if-match': '*', ...others }),
    contact,
    user: (fields) =>
      make('/v1/users', { email: address(), name: personal, timeZone: 'UTC', ...fields }),
    sequence,
    enrollment: async () => {
      const [sequenceId, contactId] = [await sequence(), await contact()];
      const id = await make('/v1/enrollments', { sequenceId, contact: { id: contactId } });
      return { id, contactId, sequenceId };
    },
    bulk: async () => {
      const contacts = [{ id: await contact() }, { id: await contact() }];
      const sequenceId = await sequence();
      const id = await make('/v1/bulk-enrollments', { sequenceId, contacts });
      const { ids } = await ask('GET', `/v1/bulk-enrollments/${id}/items`);
      return { id, itemIds: ids };
    },
  };
}
