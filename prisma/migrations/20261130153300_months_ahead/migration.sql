-- From here on the platform makes months ahead itself.
drop function jobs.divide(regclass), jobs.bound_history(regclass);

-- The parts of a table of months and the ids that each takes, from `low` on and below `high`; no `low` for what is before all
-- months, neither for what is in none.
create function jobs.history_parts(place regclass) returns table (part regclass, low uuid, high uuid)
  language sql stable set search_path = pg_catalog
  as $$
    select things.oid::regclass, substring(bound from 'FROM \(''([0-9a-f-]{36})')::uuid, substring(bound from 'TO \(''([0-9a-f-]{36})')::uuid
    from pg_inherits join pg_class as things on things.oid = inhrelid cross join pg_get_expr(things.relpartbound, things.oid) as bound
    where inhparent = place
  $$;

-- Makes the table of one month that is missing, of this month and the next, and names it; null when there is none. A worker calls
-- it, who owns no table. One at a time does so, and steps back soon from a lock that somebody holds: others wait behind it.
create function jobs.make_month() returns text
  language plpgsql security definer set search_path = pg_catalog set lock_timeout = '200ms'
  as $$
declare
  item record;
begin
  if not pg_try_advisory_xact_lock(8114204) then
    return null;
  end if;
  for item in
    select place, key, jobs.month_of(now(), further) as month from jobs.history_tables(), generate_series(0, 1) as further
  loop
    continue when exists (
      select from jobs.history_parts(item.place) as part
      where part.high > jobs.first_id(item.month) and (part.low is null or part.low <= jobs.first_id(item.month)));
    if jobs.add_month(item.place, item.key, item.month) then
      return item.place || to_char(item.month at time zone 'UTC', ' YYYY-MM');
    end if;
  end loop;
  return null;
exception
  when lock_not_available then return null;
end $$;

-- What the doctor asks: whether this month and the next have tables, and whether rows stand in none.
create function jobs.history_state() returns table (place text, lacks text[], has_strays boolean)
  language plpgsql stable security definer set search_path = pg_catalog
  as $$
declare
  item record;
begin
  for item in select tables.place as of from jobs.history_tables() as tables loop
    place := item.of::text;
    lacks := array(
      select to_char(month at time zone 'UTC', 'YYYY-MM')
      from generate_series(0, 1) as further cross join jobs.month_of(now(), further) as month
      where not exists (
        select from jobs.history_parts(item.of) as part
        where part.high > jobs.first_id(month) and (part.low is null or part.low <= jobs.first_id(month))));
    execute format('select exists (select from %s)',
      (select part.part from jobs.history_parts(item.of) as part where part.high is null)) into has_strays;
    return next;
  end loop;
end $$;

revoke execute on function jobs.add_month, jobs.shut, jobs.make_month, jobs.history_state from public;
grant execute on function jobs.make_month, jobs.history_state to operandi_worker;
