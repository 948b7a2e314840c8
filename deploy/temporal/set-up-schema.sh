#!/bin/sh
# Brings the schemas of Temporal's two databases up to the server's version. May be run again at any time, and must be
# run before a server of a newer version starts. The databases are there already and belong to SQL_USER.
#
# SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD say where Postgres is.
set -eu

set_up() {
  echo "Setting up the database $1"
  SQL_DATABASE=$1 temporal-sql-tool setup-schema --version 0.0
  SQL_DATABASE=$1 temporal-sql-tool update-schema --schema-name "$2"
}

set_up temporal postgresql/v12/temporal
set_up temporal_visibility postgresql/v12/visibility
