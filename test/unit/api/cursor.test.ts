import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cutPage, readCursor } from '../../../src/api/http/cursor.js';
import { CallRefusal } from '../../../src/api/http/problem.js';

const shape = z.strictObject({ id: z.string() });
const identity = { accountId: 'a', list: 'things', query: { state: 'open', sort: 'id' } };
const rows = ['1', '2', '3', '4'].map((id) => ({ id }));
const positionOf = ({ id }: { id: string }) => ({ id });

const cursorOf = () => {
  const { paging } = cutPage(rows, 3, identity, positionOf);
  return paging.next?.after ?? '';
};

describe('a cursor', () => {
  it('stands for the last row that was shown', () => {
    const page = cutPage(rows, 3, identity, positionOf);
    expect(page.rows).toEqual(rows.slice(0, 3));
    expect(readCursor(shape, identity, cursorOf())).toEqual({ id: '3' });
  });

  it('comes with a further page only', () => {
    expect(cutPage(rows, 4, identity, positionOf).paging).toEqual({ next: null });
    expect(cutPage([], 4, identity, positionOf).paging).toEqual({ next: null });
    expect(readCursor(shape, identity, undefined)).toBeUndefined();
  });

  it('fits no other account, list, filter or order, and bears no change', () => {
    const others = [
      { ...identity, accountId: 'b' },
      { ...identity, list: 'others' },
      { ...identity, query: { state: 'open', sort: '-id' } },
      { ...identity, query: { sort: 'id' } },
    ];
    for (const other of others) {
      expect(() => readCursor(shape, other, cursorOf())).toThrow(CallRefusal);
    }
    const text = Buffer.from(cursorOf(), 'base64url').toString();
    const forged = Buffer.from(text.replace('"3"', '"9"')).toString('base64url');
    for (const cursor of [forged, '', 'x', `${cursorOf()}AA`, '{"id":"3"}']) {
      expect(() => readCursor(shape, identity, cursor)).toThrow(CallRefusal);
    }
  });

  it('holds a text of a caller where the list says so, but none that Postgres would refuse', () => {
    const read = (id: string, texts?: readonly string[]) => {
      const { paging } = cutPage([0, 1], 1, identity, () => ({ id }));
      return readCursor(shape, identity, paging.next?.after, texts);
    };
    const texts = ['mail-1', '<a@b.example> "😀"', 'x'.repeat(200), '0000-01-01T00:00:00.000Z'];
    for (const id of texts) {
      expect(read(id, ['id'])).toEqual({ id });
      expect(() => read(id)).toThrow(CallRefusal);
    }
    for (const id of ['a\u0000b', '\ud83d', 'x'.repeat(201), '']) {
      expect(() => read(id, ['id'])).toThrow(CallRefusal);
    }
  });
});
