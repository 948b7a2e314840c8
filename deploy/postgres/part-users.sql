-- For a volume of a release that had one user for all, the superuser `cadenza`. That one becomes `postgres`, with its
-- password; new users `cadenza` and `temporal` get what is theirs. To be run by psql as `cadenza`, while nobody else is
-- connected, and before set-up-databases.sql, which sets their passwords and rights. If it ended half-way it may be run
-- again, as `postgres`.

\set ON_ERROR_STOP on

-- The user that made the cluster stays a superuser for ever, so it is given another name.
select oid = 10 as is_old from pg_roles where rolname = current_user and rolname = 'cadenza'
union all select false
limit 1
\gset
\if :is_old
begin;
-- Nobody can be renamed while it is the one who asks.
create role part_users superuser;
set session authorization part_users;
alter role cadenza rename to postgres;
set session authorization postgres;
drop role part_users;
create role cadenza;
create role temporal;
commit;
\endif

\connect cadenza postgres
\ir hand-over.sql
\connect temporal postgres
\ir hand-over.sql
\connect temporal_visibility postgres
\ir hand-over.sql
