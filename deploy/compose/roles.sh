#!/bin/sh
# Run once by the image of PostgreSQL, when its folder is empty.
exec psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -v owner_password="$OWNER_PASSWORD" \
  -v serving_password="$SERVING_PASSWORD" -f /postgresql/roles.sql
