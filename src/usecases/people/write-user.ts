import { newId } from '../../db/new-id.js';
import { normalizedEmail } from '../../db/queries/reference.js';
import {
  findUser,
  insertUser,
  insertUserUnlessTaken,
  lockUserNamesakes,
  updateUser,
  type NewUser,
  type User,
} from '../../db/queries/users.js';
import type { TimeZone } from '../../domain/time/types.js';
import { changedFields, isChange } from '../../domain/log/changed-fields.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { findOrMake } from '../find-or-make.js';
import { note, type Noted, type Noting } from '../log.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';
import { readUser } from './read-user.js';

/** What is refused to whoever is no admin. */
export const managingUsers = 'Managing users and what they may do';

/** What is said of a user, whose externalId is null when they have none; a new one needs an email, a name and a time zone. */
export interface UserUpsert {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly timeZone?: TimeZone | undefined;
  readonly externalId?: string | null | undefined;
  readonly role?: User['role'] | undefined;
  readonly hasSeat?: boolean | undefined;
  readonly permissions?: User['permissions'] | undefined;
}

/** A user to be made. */
export interface UserInput extends UserUpsert {
  readonly email: string;
  readonly name: string;
  readonly timeZone: TimeZone;
}

/** A change of a user: what is undefined stays, an externalId of null empties. */
type UserPatch = UserUpsert;

/** Makes a user, as an admin. Throws a unique violation when their email or externalId is taken. */
export async function createUser(
  act: Noting & Pick<Act, 'actingUser' | 'scopes'>,
  input: UserInput,
): Promise<User> {
  requireAdmin(act, managingUsers);
  const user = await insertUser(act.tx, act.accountId, newUser(input, act.now));
  await note(act, userMade(user));
  return user;
}

/** Changes a user, their role and their permissions, as an admin. Refuses an unknown one. */
export async function editUser(act: Act, named: string, patch: UserPatch): Promise<User> {
  requireAdmin(act, managingUsers);
  const user = await readUser(act, named);
  return changeUser(act, user, patch);
}

/** Makes the user or changes the one with this externalId or email, as an admin; of many at once one makes them. */
export async function writeUser(
  act: Act,
  input: UserUpsert,
): Promise<{ readonly user: User; readonly made: boolean }> {
  requireAdmin(act, managingUsers);
  const { tx, accountId, now } = act;
  const { email } = input;
  const emailNormalized = email && (normalizedEmail(email) ?? email);
  const written = await findOrMake({
    change: async () => {
      const { externalId } = input;
      const found = await lockUserNamesakes(
        tx,
        accountId,
        externalId ?? undefined,
        emailNormalized,
      );
      const existing = theOneMeant(found, input);
      return existing && changeUser(act, existing, input);
    },
    make: async () => {
      const made = await insertUserUnlessTaken(tx, accountId, newUser(input, now));
      if (made !== undefined) await note(act, userMade(made));
      return made;
    },
  });
  if (written === undefined) return refuseEmailOfAnother();
  return { user: written.row, made: written.made };
}

/** The caller's own id goes first: an email that belongs to another such id is another user's. */
function theOneMeant(
  found: readonly Omit<User, 'teamIds'>[],
  { externalId }: UserUpsert,
): Omit<User, 'teamIds'> | undefined {
  const [first, second] = found;
  const isAnother =
    externalId !== undefined && first?.externalId !== null && first?.externalId !== externalId;
  if (second !== undefined || (first !== undefined && isAnother)) refuseEmailOfAnother();
  return first;
}

async function changeUser(
  act: Act,
  existing: Omit<User, 'teamIds'>,
  { email, ...fields }: UserPatch,
): Promise<User> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const change = {
    ...Object.fromEntries(given),
    ...(email !== undefined && { email, emailNormalized: normalizedEmail(email) ?? email }),
  };
  const saved = isChange(existing, change)
    ? await updateUser(act.tx, act.accountId, existing.id, { ...change, updatedAt: act.now })
    : await findUser(act.tx, act.accountId, { id: existing.id });
  if (saved === undefined) return refuseUnknown('user');
  await noteUserChange(act, existing, saved);
  return saved;
}

/** What the log says of a new user. */
function userMade({ id, role, hasSeat, permissions }: User): Noted {
  return { subject: 'user', id, type: 'created', data: { role, hasSeat, permissions } };
}

/** Writes into the log what was changed of a user: of what they may do the values before and after, of all else the name. */
async function noteUserChange(
  noting: Noting,
  before: Omit<User, 'teamIds'>,
  after: User,
): Promise<void> {
  const fields = changedFields(before, after);
  if (fields.length === 0) return;
  const changed = ({ role, hasSeat, permissions, timeZone }: Omit<User, 'teamIds'>) =>
    Object.fromEntries(
      Object.entries({ role, hasSeat, permissions, timeZone }).filter(([name]) =>
        fields.includes(name),
      ),
    );
  const data = { fields, before: changed(before), after: changed(after) };
  await note(noting, { subject: 'user', id: after.id, type: 'changed', data });
}

function newUser(input: UserUpsert, now: string): Omit<NewUser, 'accountId'> {
  const { email, name, timeZone } = input;
  if (email === undefined || name === undefined || timeZone === undefined) {
    const missing = Object.entries({ email, name, timeZone }).filter(([, value]) => !value);
    return refuseFields(
      missing.map(([field]) => ({
        pointer: `/${field}`,
        code: 'required',
        message: 'A new user needs an email, a name and a time zone.',
      })),
    );
  }
  return {
    ...{ email, name, timeZone },
    id: newId(now),
    externalId: input.externalId ?? null,
    emailNormalized: normalizedEmail(email) ?? email,
    role: input.role ?? 'member',
    hasSeat: input.hasSeat ?? true,
    permissions: input.permissions ?? ['sequences'],
    createdAt: now,
    updatedAt: now,
  };
}

function refuseEmailOfAnother(): never {
  return refuse('CONFLICT', {
    detail: 'Another user, with another externalId, has this email already.',
    errors: [{ pointer: '/email', code: 'taken', message: 'This email is taken.' }],
  });
}
