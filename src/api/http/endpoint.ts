import { z } from 'zod';
import type { Tx } from '../../db/client.js';
import type { User } from '../../db/queries/users.js';
import type { Actor } from '../../domain/enrollment/log.js';
import type { Instant } from '../../domain/time/types.js';
import type { AppDeps } from '../deps.js';
import { fieldErrors, withInput } from './field-errors.js';
import { refuse, refuseFields, refuseUnknown, type ProblemCode } from './problem.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a key may do; each scope includes the ones before it. */
export const scopes = ['read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Whose key it is. */
export interface Caller {
  readonly accountId: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

/** Runs after the commit and before the answer; may change the answer's status to another declared one. */
export type AfterCommit = () => Promise<{ readonly status: number } | undefined>;

export interface CallContext {
  /** The one transaction that holds the whole effect, the stored answer included; read-only for a GET. */
  readonly tx: Tx;
  readonly accountId: string;
  readonly actor: Actor;
  readonly caller: Caller;
  /** The person that `Cadenza-User` names. */
  readonly actingUser: User | null;
  readonly now: Instant;
  readonly requestId: string;
  /** The header If-Match as it was sent; `requireMatch` reads it. */
  readonly ifMatch: string | undefined;
  readonly deps: AppDeps;
  /** What must not happen unless the change is committed. A hook that fails is logged and changes nothing. */
  readonly afterCommit: (hook: AfterCommit) => void;
}

interface Call<P, Q, B> extends CallContext {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The acting user of an endpoint that requires one. */
  readonly requireActingUser: () => User;
}

/** Headers of a reply; `location` is kept with an answer that is stored for repeats. */
interface ReplyHeaders {
  readonly location?: string;
}

type Replies = Readonly<Record<number, z.ZodType>>;

/** One of the declared replies: a status with the body that belongs to it. */
type ReplyOf<S extends number, R extends Readonly<Record<S, z.ZodType>>> = {
  [K in S]: {
    readonly status: K;
    readonly body: z.input<R[K]>;
    readonly headers?: ReplyHeaders;
  };
}[S];

export interface AnyReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: ReplyHeaders;
}

export interface Operation {
  readonly method: Method;
  /** With parameters in braces: `/v1/contacts/{id}`. */
  readonly path: string;
  /** One line, as it stands in the documentation. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly scope: Scope;
  readonly actingUser: 'required' | 'optional';
  /**
   * `etag`: replies carry the `version` of their body as ETag. `if_match`: so they do, and the caller must name the
   * version that the change is based on; the handler sees to it with `requireMatch`.
   */
  readonly concurrency?: 'etag' | 'if_match';
  /** Codes of its own, for the documentation; those that any endpoint can answer need no mention. */
  readonly refusals?: readonly ProblemCode[];
}

export interface EndpointSpec<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  S extends number,
  R extends Readonly<Record<S, z.ZodType>>,
> extends Operation {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly replies: R & Readonly<Record<S, z.ZodType>>;
  handler(call: Call<z.output<P>, z.output<Q>, z.output<B>>): Promise<ReplyOf<S, R>>;
}

interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** An endpoint without the types of its input, as the list of them holds it. */
export interface Endpoint extends Operation {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  readonly replies: Replies;
  /** Checks the input, or refuses all that is wrong with it at once; what it returns may run more than once. */
  prepare(raw: RawInput): (context: CallContext) => Promise<AnyReply>;
}

/** The schema of an endpoint's params, query or body that takes none. */
export const nothing = z.strictObject({});

/** Declares an endpoint: its input, its replies and what it does. Documentation and tests are made from it too. */
export function defineEndpoint<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  S extends number,
  R extends Readonly<Record<S, z.ZodType>>,
>(spec: EndpointSpec<P, Q, B, S, R>): Endpoint {
  const prepare = (raw: RawInput) => {
    const params = spec.params.safeParse(raw.params, withInput);
    const query = spec.query.safeParse(raw.query, withInput);
    const body = spec.body.safeParse(raw.body, withInput);
    if (!params.success) return refuseUnknown('id');
    if (!query.success || !body.success) {
      return refuseFields([
        ...(query.error ? fieldErrors('query', query.error) : []),
        ...(body.error ? fieldErrors('body', body.error) : []),
      ]);
    }
    const input = { params: params.data, query: query.data, body: body.data };
    return async (context: CallContext): Promise<AnyReply> => {
      const requireActingUser = () => context.actingUser ?? refuseWithoutActingUser();
      const reply = await spec.handler({ ...context, ...input, requireActingUser });
      return {
        status: reply.status,
        // Fields that the schema does not name stay behind here, whatever the handler put in.
        body: spec.replies[reply.status].parse(reply.body),
        headers: reply.headers ?? {},
      };
    };
  };
  return { ...spec, prepare };
}

/** Refuses a request that had to name the acting user. */
export function refuseWithoutActingUser(): never {
  return refuse(
    'ACTING_USER_REQUIRED',
    'Name the person on whose behalf you act in the header Cadenza-User: an id, an externalId or an email of a user.',
  );
}
