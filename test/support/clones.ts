import { getTableColumns, sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.js';
import { contacts } from '../../src/db/schema/index.js';

/** The columns of a contact that are written; Postgres makes the others of them. */
const written = Object.values(getTableColumns(contacts))
  .filter(({ generated }) => generated === undefined)
  .map(({ name }) => sql.identifier(name));

/**
 * Many enrollments that stand where one stands, each of a contact of its own, with its log and its sends. `spreadMs` sets
 * the instants of each a little later than those of the one before it.
 */
export async function cloneEnrollment(
  db: Db,
  enrollmentId: string,
  count: number,
  spreadMs = 0,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      create temporary table clone on commit drop as
      select number, gen_random_uuid() as id, gen_random_uuid() as contact_id,
        number * ${spreadMs}::float * interval '1 millisecond' as shift
      from generate_series(1, ${count}::integer) as number`);
    await tx.execute(sql`
      insert into contacts (${sql.join(written, sql`, `)})
      select ${sql.join(
        written.map((column) => sql`(made.contact).${column}`),
        sql`, `,
      )}
      from (
        select jsonb_populate_record(original, jsonb_build_object(
          'id', clone.contact_id, 'external_id', null,
          'email', clone.contact_id || '@clone.example',
          'email_normalized', clone.contact_id || '@clone.example')) as contact
        from clone, enrollments join contacts as original
          on original.account_id = enrollments.account_id and original.id = enrollments.contact_id
        where enrollments.id = ${enrollmentId}) as made`);
    await tx.execute(sql`
      insert into enrollments
      select (jsonb_populate_record(original, jsonb_build_object(
        'id', clone.id, 'contact_id', clone.contact_id,
        'next_at', original.next_at + shift, 'last_done_at', original.last_done_at + shift,
        'why', coalesce(jsonb_set(original.why, '{0,from}',
          to_jsonb(to_char((original.last_done_at + shift) at time zone 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), false), original.why)))).*
      from clone, enrollments as original where original.id = ${enrollmentId}`);
    await tx.execute(sql`
      insert into log (account_id, subject, subject_id, number, at, type, step_id, cause, actor, data, message_id)
      select account_id, subject, clone.id, log.number, at, type, step_id, cause, actor, data, message_id
      from clone, log where subject_id = ${enrollmentId} order by clone.number, log.number`);
    await tx.execute(sql`
      insert into email_sends
      select (jsonb_populate_record(original, jsonb_build_object(
        'id', gen_random_uuid(), 'enrollment_id', clone.id))).*
      from clone, email_sends as original where original.enrollment_id = ${enrollmentId}`);
  });
}
