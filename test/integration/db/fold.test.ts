import fc from 'fast-check';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdsText, isSameText } from '../../../src/db/queries/compare-texts.js';
import { fold } from '../../../src/domain/segment/fold.js';
import { startApi, type TestApi } from '../../support/api.js';
import { spelledTexts } from '../../support/spellings.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

async function foldedInSql(texts: readonly string[]): Promise<readonly string[]> {
  const { rows } = await api.db.execute<{ readonly folded: string }>(
    sql`select fold_text(text) as folded
      from jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb) with ordinality each (text, place)
      order by place`,
  );
  return rows.map((row) => row.folded);
}

it('3.20: every character is folded in SQL as in code', async () => {
  const isText = (point: number) => point > 0 && (point < 0xd800 || point > 0xdfff);
  // Beyond are planes of Chinese characters, tags and private use.
  const points = Array.from({ length: 0x30000 }, (_, point) => point).filter(isText);
  const letters = points.map((point) => String.fromCodePoint(point));
  const inSql = await foldedInSql(letters);
  const different = letters.filter((letter, index) => inSql[index] !== fold(letter));
  expect(different).toEqual([]);
});

it('3.20: every text is folded in SQL as in code', async () => {
  const texts = fc.sample(spelledTexts, { numRuns: 20_000 });
  const inSql = await foldedInSql(texts);
  const different = texts.filter((text, index) => inSql[index] !== fold(text));
  expect(different).toEqual([]);
});

it('3.20: a text is folded where no schema is searched, as in a restore', async () => {
  await api.db.transaction(async (tx) => {
    await tx.execute(sql`set local search_path = ''`);
    const { rows } = await tx.execute(sql`select public.fold_text('É') as folded`);
    expect(rows).toEqual([{ folded: 'é' }]);
  });
});

it('3.20: a text is found whole and by a part as in code, whatever characters it has', async () => {
  const part = fc.oneof(spelledTexts, fc.constantFrom('%', '_', '\\', '%_\\', 'a%'));
  await fc.assert(
    fc.asyncProperty(part, spelledTexts, spelledTexts, async (wanted, before, after) => {
      for (const text of [wanted.normalize('NFD'), `${before}${wanted.toUpperCase()}${after}`]) {
        const { rows } = await api.db.execute(sql`select
          ${isSameText(sql`${text}::text`, wanted)} as same,
          ${holdsText(sql`${text}::text`, wanted)} as held`);
        const [whole, foldedPart] = [fold(text), fold(wanted)];
        const held = whole.includes(foldedPart);
        expect(rows).toEqual([{ same: whole === foldedPart, held }]);
      }
    }),
    { numRuns: 100 },
  );
});
