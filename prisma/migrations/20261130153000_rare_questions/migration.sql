-- What is asked rarely, as functions: a statement that holds them as queries of its own would open the tables of all months each
-- time it begins. The first is for jobs from before the number of the last event of the definition stood in their rows.
create function jobs.last_told(wanted uuid) returns int
  language plpgsql stable set search_path = pg_catalog
  as $$
begin
  return coalesce((select split_part(key, ':', 1)::int from jobs.event
    where event.job_id = wanted and key ~ '^[0-9]' order by seq desc limit 1), 0);
end $$;
create function jobs.has_told(wanted uuid, told text) returns boolean
  language plpgsql stable set search_path = pg_catalog
  as $$
begin
  return exists (select from jobs.event where event.job_id = wanted and event.key = told);
end $$;
