import { z } from 'zod';
import type { User } from '../../db/queries/users.js';
import { requireActingUser, type Act, type Scope } from '../../usecases/act.js';
import { refuseFields, refuseUnknown } from '../../usecases/refusal.js';
import { fieldErrors, withInput } from './field-errors.js';
import { oversized } from './oversized.js';
import type { LongList } from './long-list.js';
import { withIds } from './named.js';
import type { ProblemCode } from './problem.js';
import { readOnlyFields, requireTrue, splitBody, type ReadForm } from './read-back.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Whose key it is. */
export interface Caller {
  readonly accountId: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** The one user that the key speaks for; null when it names whom it speaks for. */
  readonly boundTo: string | null;
}

/**
 * Runs after the commit and before the answer. The number that it returns becomes the answer's status, and must be a
 * declared one.
 */
export type StatusAfterCommit = () => Promise<number | undefined>;

/** The act of a request; its transaction holds the stored answer too, and is read-only for a GET. */
export interface CallContext extends Act {
  readonly requestId: string;
  /**
   * A hook that decides the answer's status only once the change is committed. A hook that fails is logged and changes
   * nothing.
   */
  readonly statusAfterCommit: (hook: StatusAfterCommit) => void;
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
    readonly longLists?: readonly LongList[];
  };
}[S];

export interface AnyReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: ReplyHeaders;
  readonly longLists: readonly LongList[];
}

export interface Operation {
  readonly method: Method;
  /** With parameters in braces: `/v1/contacts/{id}`. */
  readonly path: string;
  /** The name that generated clients call it by: a verb and what it is done to, such as `enrollContact`. */
  readonly operationId: string;
  /** One line, as it stands in the documentation. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly scope: Scope;
  readonly actingUser: 'required' | 'optional';
  /**
   * `etag`: replies carry the `version` of their body as ETag. `if_match`: the same, and the caller must also name the
   * version that the change is based on; the handler checks it with `requireVersion`. `if_given`: the caller may name it;
   * the handler checks it with `heedVersion`.
   */
  readonly concurrency?: 'etag' | 'if_match' | 'if_given';
  /**
   * It reads or writes much, or computes for long: of these an account has few under way at once. So has it of calls with a
   * large body, whatever they are.
   */
  readonly heavy?: true;
  /** The endpoint's own codes, for the documentation; codes that any endpoint can answer with need no mention. */
  readonly refusals?: readonly ProblemCode[];
  /**
   * What a GET shows of the thing that the body is of, where the reply shows less or something else: its fields may be given
   * back too.
   */
  readonly reads?: ReadForm;
  /** A field of the body that is shown once: it is null in the answer that is kept for repeats. */
  readonly shownOnce?: string;
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
  /** What its body may say besides, as long as it is so. */
  readonly readOnly: Readonly<Record<string, z.core.$ZodType>>;
  /**
   * Checks the input, or refuses everything that is wrong with it at once. The call that it returns may run more than
   * once.
   */
  prepare(raw: RawInput): (context: CallContext) => Promise<AnyReply>;
}

/** The schema for params, query or body of an endpoint that takes none. */
export const nothing = z.strictObject({});

/** Declares an endpoint: its input, its replies and what it does. Documentation and tests are derived from it too. */
export function defineEndpoint<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  S extends number,
  R extends Readonly<Record<S, z.ZodType>>,
>(spec: EndpointSpec<P, Q, B, S, R>): Endpoint {
  const readOnly = readOnlyFields(spec);
  const prepare = (raw: RawInput) => {
    const { body: written, said } = splitBody(readOnly, raw.body);
    const params = spec.params.safeParse(raw.params, withInput);
    const query = spec.query.safeParse(raw.query, withInput);
    const excess = oversized(spec.body, written);
    if (excess.length > 0) return refuseFields(excess);
    const body = spec.body.safeParse(written, withInput);
    if (!params.success) return refuseUnknown('id');
    if (!query.success || !body.success) {
      return refuseFields([
        ...(query.error ? fieldErrors('query', query.error) : []),
        ...(body.error ? fieldErrors('body', body.error) : []),
      ]);
    }
    const shapes = { params: spec.params, query: spec.query, body: spec.body };
    const input = { params: params.data, query: query.data, body: body.data };
    return async (context: CallContext): Promise<AnyReply> => {
      const named = await withIds(context, shapes, input);
      const call = { ...context, ...named, requireActingUser: () => requireActingUser(context) };
      const reply = await spec.handler(call);
      // Fields that the schema does not name are dropped here, whatever the handler put in.
      const shown = spec.replies[reply.status].parse(reply.body);
      requireTrue(said, spec.reads?.find ? spec.reads.find(shown, named.params) : shown);
      const { headers = {}, longLists = [] } = reply;
      return { status: reply.status, body: shown, headers, longLists };
    };
  };
  return { ...spec, readOnly, prepare };
}
