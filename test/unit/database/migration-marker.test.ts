import { describe, expect, test } from 'vitest';
import { suggestMarker, withMarker } from '../../../tools/database/migration-marker.js';

const next = '--> statement-breakpoint\n';
const newTable =
  'CREATE TABLE "webhooks" (\n\t"id" uuid PRIMARY KEY NOT NULL,\n\t"url" text NOT NULL\n);\n';

describe('suggestMarker', () => {
  test.each([
    ['a new table', newTable],
    [
      'a new table with keys and indexes of its own',
      [
        newTable,
        'ALTER TABLE "webhooks" ADD CONSTRAINT "w" FOREIGN KEY ("id") REFERENCES "public"."accounts"("id");',
        'CREATE UNIQUE INDEX "webhooks_url" ON "webhooks" USING btree ("url");',
      ].join(next),
    ],
    ['a column that may be empty', 'ALTER TABLE "tasks" ADD COLUMN "colour" text;'],
    [
      'a column with a default',
      `ALTER TABLE "tasks" ADD COLUMN "colour" text DEFAULT 'red' NOT NULL;`,
    ],
    [
      'a foreign key over a column that it adds',
      [
        'ALTER TABLE "tasks" ADD COLUMN "pile_id" uuid;',
        'ALTER TABLE "tasks" ADD CONSTRAINT "t" FOREIGN KEY ("account_id","pile_id") REFERENCES "public"."piles"("account_id","id");',
      ].join(next),
    ],
    ['an index', 'CREATE INDEX "tasks_by_colour" ON "tasks" USING btree ("colour");'],
    ['an index less', 'DROP INDEX "tasks_by_colour";'],
    ['a looser column', 'ALTER TABLE "tasks" ALTER COLUMN "colour" DROP NOT NULL;'],
  ])('takes %s for safe', (_what, sql) => {
    expect(suggestMarker(sql)).toBe('safe');
  });

  test.each([
    ['a table less', 'DROP TABLE "tasks" CASCADE;'],
    ['a column less', 'ALTER TABLE "tasks" DROP COLUMN "colour";'],
    ['another name', 'ALTER TABLE "tasks" RENAME COLUMN "colour" TO "color";'],
    ['a column that must be filled', 'ALTER TABLE "tasks" ADD COLUMN "colour" text NOT NULL;'],
    ['a stricter column', 'ALTER TABLE "tasks" ALTER COLUMN "colour" SET NOT NULL;'],
    ['another type', 'ALTER TABLE "tasks" ALTER COLUMN "colour" SET DATA TYPE integer;'],
    ['a constraint', 'ALTER TABLE "tasks" ADD CONSTRAINT "c" CHECK (colour <> \'\');'],
    [
      'a foreign key over columns that are there',
      [
        'ALTER TABLE "tasks" ADD COLUMN "colour" text;',
        'ALTER TABLE "tasks" ADD CONSTRAINT "t" FOREIGN KEY ("account_id","pile_id") REFERENCES "public"."piles"("account_id","id");',
      ].join(next),
    ],
    [
      'a foreign key over a column that it fills',
      [
        `ALTER TABLE "tasks" ADD COLUMN "pile_id" uuid DEFAULT gen_random_uuid();`,
        'ALTER TABLE "tasks" ADD CONSTRAINT "t" FOREIGN KEY ("account_id","pile_id") REFERENCES "public"."piles"("account_id","id");',
      ].join(next),
    ],
    ['uniqueness', 'CREATE UNIQUE INDEX "u" ON "tasks" USING btree ("colour");'],
    [
      'uniqueness beside a new table',
      `${newTable}${next}CREATE UNIQUE INDEX "u" ON "tasks" USING btree ("id");`,
    ],
  ])('takes %s for breaking', (_what, sql) => {
    expect(suggestMarker(sql)).toBe('breaking');
  });
});

describe('withMarker', () => {
  test('puts the marker first', () => {
    expect(withMarker('DROP TABLE "a";', 'breaking')).toBe('-- breaking\nDROP TABLE "a";');
  });

  test('takes the place of another', () => {
    expect(withMarker('-- breaking\nDROP TABLE "a";', 'safe')).toBe('-- safe\nDROP TABLE "a";');
  });
});
