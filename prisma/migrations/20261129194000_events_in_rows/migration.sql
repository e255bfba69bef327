-- What a job tells at once stands in one row, see docs/adr/0010. The row itself is its first event; the others follow in
-- `more` and have the numbers and positions after it. Rows that are there already hold one event each and stay as they are.
alter table jobs.event
  add column n int,
  add column count smallint not null default 1,
  add column more json;
-- Room for the positions of all events of a row.
alter table jobs.event alter column position set increment by 1024;

-- The number of the last event of the definition that has been told. Null for jobs from before: then it is looked for.
alter table jobs.job add column told int;
alter table jobs.job alter column told set default 0;

-- Every event by itself. `row_seq` and `row_position` are those of the first event of its row, by which indexes find the row, and
-- `place` is where it stands there, from 0.
create view jobs.story with (security_invoker = true) as
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
grant select on jobs.story to operandi_app, operandi_worker;

-- A redrive takes back events in the middle of a row as well.
grant update (key, n, more) on jobs.event to operandi_app;

-- As before, over single events; drafts hold rows.
create or replace function jobs.lifecycle_events(wanted uuid, change text, drafts json default '[]')
  returns table (place bigint, type text, key text, task text, data jsonb)
  language sql volatile
  as $$
    with subject as (
      select coalesce(agent.name, 'unknown') || '-' || job.id || '.' || coalesce(agent.namespace, 'default') as name, job.epoch,
        to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
      from jobs.job left join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
      where job.id = wanted
    ), draft as (
      select type, task, data, position::bigint * 1024 as position, more
      from json_to_recordset(drafts) as draft(type text, task text, data jsonb, position int, more json)
    ), told as (
      select story.type, story.task, story.data, story.seq::bigint as place from jobs.story
      where story.job_id = wanted and story.task is not null and story.type like 'io.serverlessworkflow.task.%'
        and (story.key is null or story.key not like 'untold@%')
      union all
      select each.type, each.task, each.data, 2147483648 + draft.position + each.place
      from draft cross join lateral (
        select 0 as place, draft.type, draft.task, draft.data
        union all
        select more.place::int, more.type, more.task, more.data
        from rows from (json_to_recordset(draft.more) as (type text, task text, data jsonb))
          with ordinality as more(type, task, data, place)
      ) as each
      where each.task is not null and each.type like 'io.serverlessworkflow.task.%'
    ), open as (
      select coalesce(told.data ->> 'execution', told.task) as execution, min(told.task) as task,
        min(told.data ->> 'name') as name, min(told.data ->> 'kind') as kind, min(told.place) as first,
        (array_agg(told.data ->> 'status' order by told.place desc) filter (where told.data ? 'status'))[1] as status
      from told group by 1
      having not bool_or(told.type ~ '\.(completed|faulted|cancelled)\.v1$')
    )
    select row_number() over (order by open.first desc), 'io.serverlessworkflow.task.' || change || '.v1',
      case when change = 'cancelled' then 'cancelled@' || subject.epoch || ':' || open.execution end, open.task,
      jsonb_strip_nulls(jsonb_build_object('workflow', subject.name, 'task', open.task, change || 'At', subject.at,
        'execution', open.execution, 'name', open.name, 'kind', open.kind, 'status', open.status))
    from open, subject
    union all
    select 2147483647, 'io.serverlessworkflow.workflow.' || change || '.v1', null, null,
      jsonb_build_object('name', subject.name, change || 'At', subject.at)
    from subject
  $$;

-- The clocks after a booking, as an expression that the planner puts into the statement: a query of its own is planned anew
-- each time. A lane is an element; there are five.
create or replace function jobs.booked(clocks bigint[], at bigint, booked bigint[]) returns bigint[]
  language sql immutable
  as $$
    select array[greatest(clocks[1], at) + booked[1], greatest(clocks[2], at) + booked[2], greatest(clocks[3], at) + booked[3],
      greatest(clocks[4], at) + booked[4], greatest(clocks[5], at) + booked[5]]
  $$;
