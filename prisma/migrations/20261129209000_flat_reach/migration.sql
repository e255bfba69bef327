-- What a caller reaches, asked of the setting and not of a subquery: planning two of them cost every statement of those who reach
-- all, which are nearly all, more than looking at the rows of a page does. What is reached is the same.
do $$
declare
  item record;
begin
  for item in
    select * from (values
      ('jobs', 'agent', 'reaches_agent', 'id'), ('jobs', 'agent_version', 'reaches_agent', 'agent_id'),
      ('jobs', 'schedule', 'reaches_agent', 'agent_id'), ('jobs', 'job', 'reaches_job', 'id, agent_id, token_id'),
      ('jobs', 'job_io', 'reaches_job', 'job_id'), ('jobs', 'journal', 'reaches_job', 'job_id'),
      ('jobs', 'event', 'reaches_job', 'job_id'), ('jobs', 'wait', 'reaches_job', 'job_id'),
      ('jobs', 'approval', 'reaches_approvals', 'job_id'), ('jobs', 'approval_decision', 'reaches_approval', 'approval_id'),
      ('integrations', 'integration', 'reaches_integration', 'id'),
      ('integrations', 'credential', 'reaches_integration', 'integration_id'),
      ('integrations', 'call', 'reaches_integration', 'integration_id')
    ) as guarded (schemaname, tablename, test, columns)
  loop
    execute format(
      'alter policy reach on %I.%I
         using (coalesce(current_setting(''app.reach'', true), '''') = '''' or access.%I(access.reach(), %s))',
      item.schemaname, item.tablename, item.test, item.columns);
  end loop;
end $$;
