-- A view goes by the table that it was made of, so it is made anew. Whoever reads it takes it before its table, and so does this.
lock table jobs.story in access exclusive mode;

select jobs.divide('jobs.event');

create or replace view jobs.story with (security_invoker = true) as
select event.tenant_id, event.job_id, event.seq + each.place as seq, each.type,
  coalesce(each.key, each.n || ':' || each.type) as key, each.task, each.data, each.at, event.tx,
  event.position + each.place as position, event.seq as row_seq, event.position as row_position, each.place, each.n
from jobs.event cross join lateral (
  select 0 as place, event.type, event.n, event.key, event.task, event.data, event.at
  union all
  select place::int, more.type, more.n, more.key, more.task, more.data, more.at
  from rows from (json_to_recordset(event.more) as (type text, n int, key text, task text, data jsonb, at timestamptz))
    with ordinality as more(type, n, key, task, data, at, place)
) as each;
