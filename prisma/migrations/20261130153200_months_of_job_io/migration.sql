-- Makes the table of a month, so that nobody waits: it is filled and indexed by itself and then attached. Rows of the month that
-- came before its table stand in `other` and are moved. Answers whether it was missing.
create function jobs.add_month(place regclass, key name, month timestamptz) returns boolean
  language plpgsql set search_path = pg_catalog
  as $$
declare
  home text;
  base text;
  part text;
  other text;
  low uuid := jobs.first_id(jobs.month_of(month));
  high uuid := jobs.first_id(jobs.month_of(month, 1));
begin
  select quote_ident(spaces.nspname), regexp_replace(things.relname, '_whole$', '') into home, base
  from pg_class as things join pg_namespace as spaces on spaces.oid = things.relnamespace where things.oid = place;
  part := home || '.' || quote_ident(base || to_char(month at time zone 'UTC', '_YYYY_MM'));
  other := home || '.' || quote_ident(base || '_other');
  if to_regclass(part) is not null then
    return false;
  end if;
  execute format('create table %s (like %s including all excluding identity)', part, place);
  perform jobs.shut(part::regclass);
  -- Whoever waits here makes others wait behind it, so it takes this lock last and once.
  execute format('lock table %s in access exclusive mode', other);
  execute format('with moved as (delete from %s where %I >= %L and %I < %L returning *) insert into %s overriding system value select * from moved',
    other, key, low, key, high, part);
  execute format('alter table %s attach partition %s for values from (%L) to (%L)', place, part, low, high);
  return true;
end $$;

-- Nobody reaches a part but through its table, whose policies hold then.
create function jobs.shut(part regclass) returns void
  language plpgsql set search_path = pg_catalog
  as $$
begin
  execute format('alter table %s enable row level security', part);
  execute format('alter table %s force row level security', part);
  execute format('create policy owner on %s to current_user using (true) with check (true)', part);
end $$;

-- Makes a table one of months: a new one with the same columns, indexes, rights and policies takes its name, and the old one becomes
-- its first part. All that takes long is done before the lock.
create function jobs.divide(place regclass) returns void
  language plpgsql set search_path = pg_catalog set timezone = 'UTC'
  as $$
declare
  home text;
  base text;
  whole text;
  key name;
  bound uuid;
  is_within boolean;
  item record;
  sequence text;
  last bigint;
  month timestamptz;
begin
  select spaces.nspname, things.relname into home, base
  from pg_class as things join pg_namespace as spaces on spaces.oid = things.relnamespace where things.oid = place;
  select tables.key into key from jobs.history_tables() as tables where tables.place = divide.place;
  select substring(pg_get_constraintdef(oid) from '''([0-9a-f-]{36})''')::uuid, convalidated into bound, is_within
  from pg_constraint where conrelid = place and conname = 'before_months';
  whole := format('%I.%I', home, base || '_whole');

  execute format('create table %s (like %s including all excluding constraints excluding indexes) partition by range (%I)',
    whole, place, key);
  for item in
    select pg_get_indexdef(i.indexrelid) as text, c.relname as name, i.indisprimary, pg_get_constraintdef(con.oid) as key
    from pg_index as i join pg_class as c on c.oid = i.indexrelid
    left join pg_constraint as con on con.conindid = i.indexrelid and con.conrelid = place and con.contype = 'p'
    where i.indrelid = place
  loop
    if item.indisprimary then
      execute format('alter table %s add constraint %I %s', whole, item.name || '_whole', item.key);
    else
      execute regexp_replace(item.text, '^(create (?:unique )?index) \S+ on \S+ ',
        format('\1 %I on %s ', item.name || '_whole', whole), 'i');
    end if;
  end loop;
  execute format('alter table %s enable row level security', whole);
  execute format('alter table %s force row level security', whole);
  for item in
    select policyname, permissive, roles, cmd, qual, with_check from pg_policies where schemaname = home and tablename = base
  loop
    execute format('create policy %I on %s as %s for %s to %s %s %s', item.policyname, whole, item.permissive, item.cmd,
      (select string_agg(quote_ident(role), ', ') from unnest(item.roles) as role),
      'using (' || replace(item.qual, base || '.', base || '_whole.') || ')',
      'with check (' || replace(item.with_check, base || '.', base || '_whole.') || ')');
  end loop;
  for item in
    select format('grant %s on %s to %I', held.privilege_type, whole, held.grantee::regrole) as text
    from pg_class as things, aclexplode(things.relacl) as held
    where things.oid = place and held.grantee <> things.relowner
    union all
    select format('grant %s (%I) on %s to %I', held.privilege_type, columns.attname, whole, held.grantee::regrole)
    from pg_attribute as columns, aclexplode(columns.attacl) as held where columns.attrelid = place
  loop
    execute item.text;
  end loop;
  execute format('create table %I.%I (like %s including all excluding identity)', home, base || '_other', whole);
  perform jobs.shut(format('%I.%I', home, base || '_other')::regclass);
  execute format('alter table %s attach partition %I.%I default', whole, home, base || '_other');
  for month in select generate_series(
    to_timestamp(('x' || lpad(left(replace(bound::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0),
    jobs.month_of(now(), 1), '1 month')
  loop
    perform jobs.add_month(whole::regclass, key, month);
  end loop;

  if exists (select from pg_attribute where attrelid = place and attidentity = 'a') then
    sequence := pg_get_serial_sequence(place::text, 'position');
  end if;
  execute format('lock table %s in access exclusive mode', place);
  if sequence is not null then
    execute format('select last_value from %s', sequence) into last;
    execute format('alter table %s alter column position drop identity', place);
    execute format('alter table %s alter column position restart with %s', whole, last);
    execute format('select nextval(%L)', pg_get_serial_sequence(whole, 'position'));
    execute format('alter sequence %s rename to %I', pg_get_serial_sequence(whole, 'position'), base || '_position_seq');
  end if;
  for item in select relname as name from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = place loop
    execute format('alter index %I.%I rename to %I', home, item.name, item.name || '_before');
    execute format('alter index %I.%I rename to %I', home, item.name || '_whole', item.name);
  end loop;
  execute format('alter table %s rename to %I', place, base || '_before');
  execute format('alter table %s rename to %I', whole, base);
  if not is_within then
    execute format('with moved as (delete from %s where %I >= %L returning *)
      insert into %I.%I overriding system value select * from moved', place, key, bound, home, base || '_other');
    execute format('alter table %s validate constraint before_months', place);
  end if;
  execute format('alter table %I.%I attach partition %s for values from (minvalue) to (%L)', home, base, place, bound);
  execute format('alter table %s drop constraint before_months', place);
  for item in
    select distinct held.grantee::regrole as role from pg_class as things, aclexplode(things.relacl) as held
    where things.oid = place and held.grantee <> things.relowner
    union
    select held.grantee::regrole from pg_attribute as columns, aclexplode(columns.attacl) as held where columns.attrelid = place
  loop
    execute format('revoke all on %s from %s', place, item.role);
  end loop;
end $$;

select jobs.divide('jobs.job_io');
