-- Gives whatever the superuser has made in the database at hand to the user that the database belongs to. Extensions
-- and what belongs to them stay.

do $$
declare
  heir constant text := case current_database() when 'cadenza' then 'cadenza' else 'temporal' end;
  superuser constant oid := 10;
  change text;
begin
  for change in
    with belongs as (
      select classid, objid, deptype from pg_depend
      where deptype = 'e' or (deptype in ('a', 'i') and refclassid = 'pg_class'::regclass)
    )
    select format('alter schema %I owner to %I', nspname, heir)
    from pg_namespace n
    where nspowner = superuser and nspname !~ '^pg_' and nspname <> 'information_schema'
      and not exists (
        select from belongs where classid = 'pg_namespace'::regclass and objid = n.oid and deptype = 'e'
      )
    union all
    -- Of a view, a sequence or a foreign table this is said in the same words.
    select format('alter table %s owner to %I', c.oid::regclass, heir)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where relowner = superuser and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
      and nspname !~ '^pg_' and nspname <> 'information_schema'
      -- A sequence of a column goes with its table.
      and not exists (
        select from belongs
        where classid = 'pg_class'::regclass and objid = c.oid and (deptype = 'e' or relkind = 'S')
      )
    union all
    select format('alter routine %s owner to %I', p.oid::regprocedure, heir)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where proowner = superuser and nspname !~ '^pg_' and nspname <> 'information_schema'
      and not exists (
        select from belongs where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e'
      )
    union all
    select format('alter type %s owner to %I', t.oid::regtype, heir)
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where typowner = superuser and nspname !~ '^pg_' and nspname <> 'information_schema'
      and typelem = 0 and typrelid = 0 and typtype in ('e', 'd', 'r')
      and not exists (
        select from belongs where classid = 'pg_type'::regclass and objid = t.oid and deptype = 'e'
      )
  loop
    execute change;
  end loop;
  execute format('alter database %I owner to %I', current_database(), heir);
end
$$;
