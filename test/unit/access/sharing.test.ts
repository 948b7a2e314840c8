import { describe, expect, it, test } from 'vitest';
import { hasPermission, permissions } from '../../../src/domain/access/permission.js';
import {
  accessTo,
  isSameSharing,
  maySeeEnrollment,
  privateSharing,
  type Person,
  type Sharing,
} from '../../../src/domain/access/sharing.js';

const member: Person = { id: 'm', role: 'member', teamIds: ['t1', 't2'] };
const shared = (sharing: Partial<Sharing>) => ({
  ownerId: 'owner',
  sharing: { ...privateSharing, ...sharing },
});

describe('accessTo', () => {
  test.each<[string, Partial<Sharing>, 'use' | 'edit' | undefined]>([
    ['nobody', {}, undefined],
    ['everyone to use', { everyone: 'use' }, 'use'],
    ['everyone to edit', { everyone: 'edit' }, 'edit'],
    ['the user', { users: [{ id: 'm', level: 'use' }] }, 'use'],
    ['another user', { users: [{ id: 'x', level: 'edit' }] }, undefined],
    ['a team of theirs', { teams: [{ id: 't2', level: 'use' }] }, 'use'],
    ['another team', { teams: [{ id: 't3', level: 'edit' }] }, undefined],
    [
      'two of their teams: the widest counts',
      {
        teams: [
          { id: 't1', level: 'use' },
          { id: 't2', level: 'edit' },
        ],
      },
      'edit',
    ],
    [
      'the user to use and everyone to edit',
      { everyone: 'edit', users: [{ id: 'm', level: 'use' }] },
      'edit',
    ],
  ])('SHR-04: shared with %s', (_whom, sharing, access) => {
    expect(accessTo(shared(sharing), member)).toBe(access);
  });

  it('SHR-01 SHR-02: what is new is shared with nobody', () => {
    expect(privateSharing).toEqual({ everyone: null, users: [], teams: [] });
  });

  it('SHR-01: owner, admin and a caller that names nobody may edit what is private', () => {
    const sequence = shared({});
    expect(accessTo(sequence, { ...member, id: 'owner' })).toBe('edit');
    expect(accessTo(sequence, { ...member, role: 'admin' })).toBe('edit');
    expect(accessTo(sequence, null)).toBe('edit');
  });
});

describe('maySeeEnrollment', () => {
  const others = { enrolledById: 'a', senderId: 'b', taskAssigneeId: 'c' };

  it('SHR-04: is that of a sequence they may see, or one that they have a part in', () => {
    expect(maySeeEnrollment(others, shared({}), member)).toBe(false);
    expect(maySeeEnrollment(others, shared({ everyone: 'use' }), member)).toBe(true);
    expect(maySeeEnrollment(others, shared({}), null)).toBe(true);
    for (const part of ['enrolledById', 'senderId', 'taskAssigneeId']) {
      expect(maySeeEnrollment({ ...others, [part]: 'm' }, shared({}), member)).toBe(true);
    }
  });
});

describe('isSameSharing', () => {
  const one: Sharing = {
    everyone: 'use',
    users: [
      { id: 'a', level: 'use' },
      { id: 'b', level: 'edit' },
    ],
    teams: [],
  };

  it('does not ask for an order', () => {
    expect(isSameSharing(one, { ...one, users: [...one.users].reverse() })).toBe(true);
  });

  test.each<Partial<Sharing>>([
    { everyone: null },
    { users: [] },
    { users: [...one.users, { id: 'c', level: 'use' }] },
    { users: one.users.map(({ id }) => ({ id, level: 'use' })) },
    { teams: [{ id: 'a', level: 'use' }] },
  ])('sees the difference to %j', (change) => {
    expect(isSameSharing(one, { ...one, ...change })).toBe(false);
  });
});

describe('hasPermission', () => {
  it('SHR-07: four rights, and that of imports, each held by itself; an admin holds all', () => {
    expect(permissions).toEqual([
      'sequences',
      'bulk_enroll',
      'import_enrollments',
      'edit_workflows',
      'publish_workflows',
    ]);
    for (const held of permissions) {
      const holder = { role: 'member', permissions: [held] } as const;
      expect(permissions.filter((one) => hasPermission(holder, one))).toEqual([held]);
      expect(hasPermission({ role: 'admin', permissions: [] }, held)).toBe(true);
    }
  });
});
