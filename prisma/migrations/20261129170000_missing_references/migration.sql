-- How a tenant wants a definition judged that names what the tenant does not have (yet).
alter table access.tenant add column missing_references text not null default 'WARNING'
  check (missing_references in ('WARNING', 'ERROR'));
