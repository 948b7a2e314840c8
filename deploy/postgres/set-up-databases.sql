-- Makes the users `cadenza` and `temporal` and their databases where they are missing, and sets their passwords. May be
-- run again at any time, by psql as a superuser:
--
-- POSTGRES_CADENZA_PASSWORD     of the user that owns the database `cadenza`
-- POSTGRES_TEMPORAL_PASSWORD    of the user that owns `temporal` and `temporal_visibility`
--
-- Neither is a superuser, makes databases or users, or enters a database of the other.

\set ON_ERROR_STOP on
\getenv cadenza_password POSTGRES_CADENZA_PASSWORD
\getenv temporal_password POSTGRES_TEMPORAL_PASSWORD

select format('create role %I', name)
from unnest(array['cadenza', 'temporal']) as wanted (name)
where not exists (select from pg_roles where rolname = name)
\gexec

-- The log of statements would show the passwords.
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';
alter role cadenza with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
  password :'cadenza_password';
alter role temporal with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
  password :'temporal_password';

select format('create database %I owner %I template template0', name, owner)
from (values ('cadenza', 'cadenza'), ('temporal', 'temporal'), ('temporal_visibility', 'temporal'))
  as wanted (name, owner)
where not exists (select from pg_database where datname = name)
\gexec

alter database cadenza owner to cadenza;
alter database temporal owner to temporal;
alter database temporal_visibility owner to temporal;

-- Whoever has a name in Postgres could enter all of them otherwise.
revoke connect, temporary on database cadenza, temporal, temporal_visibility, postgres, template1
  from public;
