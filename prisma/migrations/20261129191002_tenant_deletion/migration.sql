-- From then on what a suspended tenant has may be deleted; null while nobody wants that.
alter table access.tenant add column delete_after timestamptz;
