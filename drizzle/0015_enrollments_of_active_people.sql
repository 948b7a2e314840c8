-- safe
CREATE FUNCTION "require_active_people"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  -- The foreign keys have waited for whoever deactivates one of these users, and this sees what became of that.
  if exists (
    select from users
    where account_id = new.account_id and deactivated_at is not null
      and id in (new.sender_id, new.enrolled_by_id, new.task_assignee_id)
      and (tg_op = 'INSERT' or id not in (old.sender_id, old.enrolled_by_id, old.task_assignee_id))
  ) then
    raise exception 'a live enrollment is given to a user who is deactivated'
      using errcode = 'serialization_failure', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;
--> statement-breakpoint
-- Triggers fire in the order of their names, and those of foreign keys are named RI_…: this one comes after them.
CREATE TRIGGER "enrollments_active_people" AFTER INSERT OR UPDATE OF "sender_id", "enrolled_by_id", "task_assignee_id" ON "enrollments" FOR EACH ROW WHEN (new.ended_at is null) EXECUTE FUNCTION "require_active_people"();
