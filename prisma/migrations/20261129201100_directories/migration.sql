-- How a directory that provisions members calls them.
alter table access.member add column external_id text;
create index member_external_id on access.member (tenant_id, external_id) where external_id is not null;
