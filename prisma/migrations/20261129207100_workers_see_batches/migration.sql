-- What a bulk operation is for is looked up by workers, also where its filter names a batch.
grant select on jobs.batch_member to operandi_worker;
create policy worker on jobs.batch_member for select to operandi_worker using (true);
