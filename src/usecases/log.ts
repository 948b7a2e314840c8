import { appendToLog } from '../db/queries/log.js';
import { changedFields } from '../domain/log/changed-fields.js';
import { isAdministration, type Subject, type TypeOf } from '../domain/log/names.js';
import type { Act } from './act.js';

/** As much of an act as its rows in the log need. */
export type Noting = Pick<Act, 'tx' | 'accountId' | 'now' | 'actor' | 'cause' | 'from'>;

/** What an act did to one thing. `data` has ids, codes, times and names of fields, and of nobody a name, an address or a text. */
export type Noted = {
  readonly [S in Subject]: {
    readonly subject: S;
    readonly id: string;
    readonly type: TypeOf<S>;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}[Subject];

type Changing = {
  readonly [S in Subject]: 'changed' extends TypeOf<S> ? S : never;
}[Subject];

/** Writes into the log what an act did, in its transaction (2.9). */
export function note(noting: Noting, noted: Noted): Promise<void> {
  return noteAll(noting, [noted]);
}

/**
 * Writes into the log what an act did to many, in their order, with one statement. What tells of administration says from
 * where it was done, which only admins are shown.
 */
export async function noteAll(
  { tx, accountId, now, actor, cause, from }: Noting,
  noted: readonly Noted[],
): Promise<void> {
  await appendToLog(
    tx,
    noted.map(({ subject, id, type, data = {} }) => ({
      ...{ accountId, subject, subjectId: id, type, at: now },
      ...{ actor, cause },
      data: { ...data, ...(from && isAdministration({ subject, type }, data) && { from }) },
    })),
  );
}

/** Writes into the log which fields of something an act changed, and nothing when it changed none. */
export async function noteChange(
  noting: Noting,
  subject: Changing,
  [before, after]: readonly [object, { readonly id: string }],
  names?: Readonly<Record<string, string>>,
): Promise<void> {
  const fields = changedFields(before, after, names);
  if (fields.length === 0) return;
  await note(noting, { subject, id: after.id, type: 'changed', data: { fields } });
}
