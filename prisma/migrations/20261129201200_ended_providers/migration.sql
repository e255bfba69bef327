-- What becomes of the jobs of those who came through a provider once it is trusted no more.
alter table access.identity_provider add column jobs_policy text not null default 'STOP'
  check (jobs_policy in ('STOP', 'FINISH', 'ASK'));

-- Workers look for jobs that came in meanwhile.
grant select (tenant_id, id, issuer, removed_at, jobs_policy) on access.identity_provider to operandi_worker;
create policy worker on access.identity_provider for select to operandi_worker using (true);
create index identity_provider_removed on access.identity_provider (removed_at) where removed_at is not null;
create index member_by_issuer on access.member (tenant_id, issuer) where issuer is not null and removed_at is null;
