-- History stands in a table for each month, see docs/adr/0025. What is there already becomes the part before the first month, and
-- for that it has to be known to hold nothing of later ones: from here on no such row comes in. The months begin where an
-- empty table stands now; one with rows has at least four weeks until the last of these migrations.

-- The first id of an instant: ids begin with the millisecond in which they were made.
create function jobs.first_id(at timestamptz) returns uuid
  language sql immutable strict set search_path = pg_catalog
  as $$ select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$;

-- The instant at which a month of the calendar in UTC begins, so many months after that of `at`.
create function jobs.month_of(at timestamptz, further int default 0) returns timestamptz
  language sql immutable strict set search_path = pg_catalog
  as $$ select (date_trunc('month', at at time zone 'UTC') + make_interval(months => further)) at time zone 'UTC' $$;

-- Tables that hold history, and the id that says of which month a row is: every key holds it.
create function jobs.history_tables() returns table (place regclass, key name)
  language sql stable set search_path = pg_catalog
  as $$
    values ('jobs.job_io'::regclass, 'job_id'::name), ('jobs.journal', 'job_id'), ('jobs.event', 'job_id'), ('audit.event', 'id')
  $$;

-- Each table by itself: who holds one and waits for another could wait for somebody who waits for it.
create function jobs.bound_history(place regclass) returns void
  language plpgsql set search_path = pg_catalog
  as $$
declare
  id name := (select tables.key from jobs.history_tables() as tables where tables.place = bound_history.place);
  is_empty boolean;
begin
  execute format('select not exists (select from %s)', place) into is_empty;
  execute format('alter table %s add constraint before_months check (%I < %L) not valid',
    place, id, jobs.first_id(jobs.month_of(now(), case when is_empty then 0 else 2 end)));
end $$;

select jobs.bound_history('jobs.job_io');
