-- Of a tenant that is gone nothing is recorded any more: the sealer, too, has to see which there are.
grant usage on schema access to operandi_sealer;
grant select (id) on access.tenant to operandi_sealer;
create policy sealer on access.tenant for select to operandi_sealer using (true);
