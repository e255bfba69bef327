-- Which agents may use a secret: `namespace.name`, `namespace.*` or `*`. A new one is for none until some are named.
alter table jobs.secret add column agents text[] not null default '{}';

-- What is there goes on working.
update jobs.secret set agents = '{*}';
