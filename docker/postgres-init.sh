#!/bin/bash
# Runs once, when the volume is empty: the login that Strongroom uses. It may make databases and roles, for its tenants,
# and is no superuser.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set password="$STRONGROOM_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role strongroom login nosuperuser createdb createrole noreplication nobypassrls password :'password';
create database strongroom owner strongroom;
revoke all on database strongroom from public;
-- Where databases are made from.
grant connect on database postgres to strongroom;
SQL
