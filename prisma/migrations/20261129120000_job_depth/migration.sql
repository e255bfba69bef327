-- How many jobs have started one another up to this one, so that no chain of them is without end.
alter table jobs.job add column depth smallint not null default 0;
