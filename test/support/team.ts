import { randomUUID } from 'node:crypto';
import type { ApiAnswer, TestApi, TestCaller } from './api.js';

/** A user of a test, who calls by their own name. */
export interface TestUser {
  readonly id: string;
  request(method: string, path: string, body?: unknown, ifMatch?: string): Promise<ApiAnswer>;
}

/** Who stands where towards the owner's sequences. */
export interface Cast extends TestCaller {
  readonly owner: TestUser;
  /** A member of the same team as the owner. */
  readonly teammate: TestUser;
  readonly stranger: TestUser;
  readonly admin: TestUser;
  readonly teamId: string;
  user(fields?: object): Promise<TestUser>;
  /** What a caller gets that names nobody. */
  readonly account: TestUser;
}

/** An account with an owner, a teammate, a stranger and an admin, each with a mailbox. */
export async function createCast(api: TestApi): Promise<Cast> {
  const caller = await api.createCaller();
  const user = async (fields: object = {}): Promise<TestUser> => {
    const email = `${randomUUID()}@sender.example`;
    const body = { email, name: 'Robin', timeZone: 'UTC', ...fields };
    const { id } = await made(caller.request('POST', '/v1/users', body));
    const smtp = { host: 'localhost', port: 25, security: 'none' };
    await made(caller.request('POST', '/v1/mailboxes', { userId: id, address: email, smtp }));
    return { id, request: asUser(caller, id) };
  };
  const owner = await user();
  const teammate = await user();
  const team = { name: 'Sales', memberIds: [owner.id, teammate.id] };
  const { id: teamId } = await made(caller.request('POST', '/v1/teams', team));
  return {
    ...caller,
    owner,
    teammate,
    stranger: await user(),
    admin: await user({ role: 'admin', permissions: [] }),
    teamId,
    user,
    account: { id: '', request: asUser(caller, '') },
  };
}

function asUser(caller: TestCaller, name: string): TestUser['request'] {
  return (method, path, body, ifMatch = '*') =>
    caller.request(method, path, body, { 'cadenza-user': name, 'if-match': ifMatch });
}

/** The answer of what must succeed. */
export async function made(asked: Promise<ApiAnswer>): Promise<ApiAnswer> {
  const answer = await asked;
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer;
}
