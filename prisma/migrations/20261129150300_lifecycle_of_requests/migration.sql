-- The standard events of what people do to a job: one for each of its tasks that is under way, inner ones first, then one
-- for the workflow. `drafts` are events of the job that are written by the same statement. Volatile, so that it sees what
-- was committed while the caller waited for the lock of the job.
create function jobs.lifecycle_events(wanted uuid, change text, drafts json default '[]')
  returns table (place bigint, type text, key text, task text, data jsonb)
  language sql volatile
  as $$
    with subject as (
      select coalesce(agent.name, 'unknown') || '-' || job.id || '.' || coalesce(agent.namespace, 'default') as name, job.epoch,
        to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
      from jobs.job left join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
      where job.id = wanted
    ), told as (
      select event.type, event.task, event.data, event.seq::bigint as place from jobs.event
      where event.job_id = wanted and event.task is not null and event.type like 'io.serverlessworkflow.task.%'
        and (event.key is null or event.key not like 'untold@%')
      union all
      select draft.type, draft.task, draft.data, 2147483648 + draft.position
      from json_to_recordset(drafts) as draft(type text, task text, data jsonb, position int)
      where draft.task is not null and draft.type like 'io.serverlessworkflow.task.%'
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
