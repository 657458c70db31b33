-- Two accounts and the database: one owns the tables and migrates, the other serves (manage.py grant_serving_role).
-- psql -v ON_ERROR_STOP=1 -v owner_password=… -v serving_password=… -f deploy/postgresql/roles.sql
CREATE ROLE tracker_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE tracker_serving LOGIN PASSWORD :'serving_password';
CREATE DATABASE tracker OWNER tracker_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;
-- The tracker's statements are short: compiling them just in time costs more than it gives.
ALTER ROLE tracker_owner SET jit = off;
ALTER ROLE tracker_serving SET jit = off;
-- A process that died in a transaction holds nobody up.
ALTER ROLE tracker_serving SET idle_in_transaction_session_timeout = '5min';
\connect tracker
REVOKE ALL ON DATABASE tracker FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE tracker TO tracker_serving;
