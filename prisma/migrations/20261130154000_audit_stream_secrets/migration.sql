-- While the secret of a stream changes it has two: that from before signs as well until its time ends.
alter table audit.stream add column previous_sealed jsonb, add column previous_until timestamptz;
grant update (sealed, previous_sealed, previous_until) on audit.stream to operandi_app;
grant update (previous_sealed) on audit.stream to operandi_worker;
