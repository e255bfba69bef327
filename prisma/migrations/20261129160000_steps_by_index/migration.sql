-- How an execution of a task began and what became of it: by a hash, as its path may be longer than an index takes; who looks
-- it up compares the path as well. That it started says nothing more. Rows that are there already are found as well.
create index event_of_step on jobs.event (job_id, hashtextextended(coalesce(data ->> 'execution', task), 0), seq)
where type like 'io.serverlessworkflow.task.%'
  and type <> 'io.serverlessworkflow.task.started.v1'
  and (key is null or key not like 'untold@%');
