-- Reads what is there, while everybody goes on. No id that the platform makes is beyond the bound; if an import left one, it is
-- moved when its table gets months, which then takes as long as reading the table does.
do $$
declare
  item record;
  is_within boolean;
begin
  for item in
    select place, key, substring(pg_get_constraintdef(con.oid) from '''([0-9a-f-]{36})''') as bound
    from jobs.history_tables() join pg_constraint as con on con.conrelid = place and con.conname = 'before_months'
  loop
    execute format('select not exists (select from %s where %I >= %L)', item.place, item.key, item.bound) into is_within;
    if is_within then
      execute format('alter table %s validate constraint before_months', item.place);
    end if;
  end loop;
end $$;
