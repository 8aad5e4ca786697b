#!/bin/bash
# Runs once, when the volume is empty: creates the login that Strongroom uses. The login may create databases and roles
# for the tenants, and is not a superuser.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set password="$STRONGROOM_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role strongroom login nosuperuser createdb createrole noreplication nobypassrls password :'password';
create database strongroom owner strongroom;
revoke all on database strongroom from public;
-- Strongroom connects to this database to create others. Tenants' logins have no business in it.
revoke connect on database postgres, template1 from public;
grant connect on database postgres to strongroom;
SQL
