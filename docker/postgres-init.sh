#!/bin/bash
# Runs once, when the volume is empty: creates the login that Strongroom uses. It may create databases and roles, for
# the tenants, and is not a superuser.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set password="$STRONGROOM_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role strongroom login nosuperuser createdb createrole noreplication nobypassrls password :'password';
create database strongroom owner strongroom;
revoke all on database strongroom from public;
-- Where databases are made from.
grant connect on database postgres to strongroom;
SQL
