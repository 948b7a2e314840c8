import type { Role } from './permission.js';

/** What a share allows: `use` is to see the sequence, enroll in it and send for it; `edit` includes `use`. */
export const accessLevels = ['use', 'edit'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** A user or a team that a sequence is shared with. */
export interface Share {
  readonly id: string;
  readonly level: AccessLevel;
}

/** With whom a sequence is shared besides its owner (SHR-04); with nobody it is private. */
export interface Sharing {
  /** What everyone in the account may do, or null. */
  readonly everyone: AccessLevel | null;
  readonly users: readonly Share[];
  readonly teams: readonly Share[];
}

/** A new sequence, and a copy, is its owner's alone (SHR-01, SHR-02). */
export const privateSharing: Sharing = { everyone: null, users: [], teams: [] };

/** The person whose access is checked. */
export interface Person {
  readonly id: string;
  readonly role: Role;
  /** The teams they are a member of. */
  readonly teamIds: readonly string[];
}

/** Who is looking: a person, or null for a caller that names nobody and speaks for the whole account. */
export type Viewer = Person | null;

export interface SharedSequence {
  readonly ownerId: string;
  readonly sharing: Sharing;
}

/**
 * What somebody may do with a sequence, or undefined when they may not know of it (SHR-04). Its owner, an admin and a caller
 * that names nobody may edit it; others get the widest of what they, their teams and everyone were given.
 * `db/queries/visibility.ts` says the same in SQL; a property test holds the two together.
 */
export function accessTo(
  { ownerId, sharing }: SharedSequence,
  viewer: Viewer,
): AccessLevel | undefined {
  if (viewer === null || viewer.role === 'admin' || viewer.id === ownerId) return 'edit';
  const levels = [
    ...sharing.users.filter(({ id }) => id === viewer.id).map(({ level }) => level),
    ...sharing.teams.filter(({ id }) => viewer.teamIds.includes(id)).map(({ level }) => level),
    ...(sharing.everyone === null ? [] : [sharing.everyone]),
  ];
  return levels.includes('edit') ? 'edit' : levels[0];
}

/** The people that an enrollment concerns. */
export interface Involved {
  readonly enrolledById: string;
  readonly senderId: string;
  readonly taskAssigneeId: string;
}

/** Whether somebody may know of an enrollment: they may see its sequence, or they have a part in it. */
export function maySeeEnrollment(
  enrollment: Involved,
  sequence: SharedSequence,
  viewer: Viewer,
): boolean {
  if (accessTo(sequence, viewer) !== undefined) return true;
  const { enrolledById, senderId, taskAssigneeId } = enrollment;
  return viewer !== null && [enrolledById, senderId, taskAssigneeId].includes(viewer.id);
}

/** Whether two sharings are the same, in whatever order they name their users and teams. */
export function isSameSharing(a: Sharing, b: Sharing): boolean {
  return a.everyone === b.everyone && isSameSet(a.users, b.users) && isSameSet(a.teams, b.teams);
}

function isSameSet(a: readonly Share[], b: readonly Share[]): boolean {
  const levels = new Map(b.map(({ id, level }) => [id, level]));
  return a.length === b.length && a.every(({ id, level }) => levels.get(id) === level);
}
