-- An agent is known by the namespace and the name of its document. Agents of before take the namespace of their current
-- version, as it stands behind the first `document` of the text.
alter table jobs.agent add column namespace text not null default 'default';

update jobs.agent as agent set namespace = found.namespace
from (
  select version.tenant_id, version.agent_id, version.version, substring(
    substr(definition, greatest(strpos(definition, 'document'), 1))
    from 'namespace["'']?[[:space:]]*:[[:space:]]*["'']?([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)') as namespace
  from jobs.agent_version as version
) as found
where found.tenant_id = agent.tenant_id and found.agent_id = agent.id and found.version = agent.current_version
  and found.namespace is not null;

drop index jobs.agent_name_key;
create unique index agent_identity on jobs.agent (tenant_id, namespace, name);
create index agent_by_name on jobs.agent (tenant_id, name);
