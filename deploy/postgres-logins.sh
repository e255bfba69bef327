#!/bin/sh
# Run once by the database's container when its volume is new: one login a kind of process, and the roles they are members
# of. The names are those of `operandi migrate --print-roles` for the database `operandi`.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set migrator="$MIGRATOR_PASSWORD" --set gateway="$GATEWAY_PASSWORD" --set app="$APP_PASSWORD" \
  --set worker="$WORKER_PASSWORD" <<'SQL'
create role operandi_app_operandi nologin;
create role operandi_worker_operandi nologin;
create role operandi_gateway_operandi nologin;
create role operandi_sealer_operandi nologin;

create role operandi_migrator login password :'migrator';
grant operandi_app_operandi, operandi_worker_operandi, operandi_gateway_operandi, operandi_sealer_operandi
  to operandi_migrator;
alter database operandi owner to operandi_migrator;

create role operandi_gateway_login login password :'gateway';
grant operandi_gateway_operandi to operandi_gateway_login;
create role operandi_app_login login password :'app';
grant operandi_app_operandi, operandi_worker_operandi to operandi_app_login;
create role operandi_worker_login login password :'worker';
grant operandi_app_operandi, operandi_worker_operandi, operandi_sealer_operandi to operandi_worker_login;

revoke connect, temporary on database operandi from public;
grant connect on database operandi
  to operandi_app_operandi, operandi_worker_operandi, operandi_gateway_operandi, operandi_sealer_operandi;
SQL
