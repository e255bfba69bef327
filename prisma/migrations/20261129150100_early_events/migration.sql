-- Whether it has been looked for events that came before the wait: from then on all others answer it.
alter table jobs.wait add column looked boolean not null default false;

-- Where the events begin that came since a job was submitted, and which are old enough to go.
create index inbound_event_by_time on jobs.inbound_event (tenant_id, received_at);
create index inbound_event_age on jobs.inbound_event (received_at);
grant select, delete on jobs.inbound_event to operandi_worker;
