# Statements that the sandbox must refuse, one a line. PATH is a file beside the
# snapshot, OUT one that must not come to be, ⏎ a line end, ⇥ a tab. Lines under
# "## ends" may run, and must end within the limits.

# other statements
SET threads = 1
RESET threads
PRAGMA version
PRAGMA database_list
PRAGMA enable_profiling
PRAGMA add_parquet_key('k', 'v')
INSTALL httpfs
LOAD json
LOAD 'OUT'
ATTACH ':memory:' AS x
ATTACH 'OUT' AS x
DETACH client
USE client
CHECKPOINT
VACUUM
ANALYZE
CALL enable_logging()
CALL pragma_version()
EXPORT DATABASE 'OUT'
IMPORT DATABASE 'PATH'
COPY clients TO 'OUT'
COPY (SELECT 1) TO 'OUT' (use_tmp_file false)
COPY clients FROM 'PATH'
CREATE TABLE x AS SELECT 1
CREATE TEMP TABLE x (a int)
CREATE VIEW x AS SELECT 1
CREATE MACRO m() AS 1
CREATE SECRET s (TYPE s3)
CREATE OR REPLACE VIEW clients AS SELECT 1
DROP VIEW clients
DROP TABLE client.main.clients
INSERT INTO client.main.clients DEFAULT VALUES
UPDATE client.main.clients SET party = 'x'
DELETE FROM client.main.clients
TRUNCATE client.main.clients
ALTER TABLE client.main.clients ADD COLUMN x int
MERGE INTO client.main.clients USING clients c ON false WHEN NOT MATCHED THEN INSERT
COMMENT ON TABLE client.main.clients IS 'x'
BEGIN
COMMIT
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
SET VARIABLE a = 1
SET search_path = 'client'
EXPLAIN SELECT 1
EXPLAIN ANALYZE SELECT 1
DESCRIBE clients
SHOW TABLES
SHOW ALL TABLES
SUMMARIZE clients
PIVOT clients ON party
UNPIVOT clients ON surname
# several, hidden, none
SELECT 1; SELECT 2
SELECT 1; COPY clients TO 'OUT'
SELECT 1;;DROP VIEW clients
/* SELECT */ SET threads = 1
(empty)
;
-- nothing
SELECT 1 /*
WITH x AS (DELETE FROM client.main.clients RETURNING *) SELECT * FROM x
WITH x AS (INSERT INTO client.main.clients DEFAULT VALUES RETURNING 1) SELECT 1
# files and the world
SELECT * FROM 'PATH'
SELECT * FROM "PATH"
SELECT * FROM 'PATH.csv'
SELECT * FROM read_csv('PATH')
SELECT * FROM READ_CSV_AUTO('PATH')
SELECT * FROM read_text('PATH')
SELECT * FROM read_blob('PATH')
SELECT * FROM read_parquet('PATH')
SELECT * FROM parquet_metadata('PATH')
SELECT * FROM parquet_schema('PATH')
SELECT * FROM read_json('PATH')
SELECT * FROM read_ndjson_objects('PATH')
SELECT * FROM read_duckdb('PATH')
SELECT * FROM glob('/*')
SELECT * FROM sniff_csv('PATH')
SELECT * FROM 'https://example.org/x.parquet'
SELECT * FROM read_csv('/etc/passwd')
FROM '/etc/passwd'
SELECT (SELECT content FROM read_text('PATH'))
SELECT * FROM clients, LATERAL (SELECT * FROM read_text('PATH'))
WITH x AS (SELECT * FROM read_text('PATH')) SELECT * FROM x
SELECT * FROM (FROM read_text('PATH'))
SELECT 1 UNION ALL SELECT size FROM read_text('PATH')
SELECT * FROM clients WHERE display_name IN (SELECT content FROM read_text('PATH'))
SELECT 1 ORDER BY (SELECT size FROM read_text('PATH'))
SELECT 1 LIMIT (SELECT size FROM read_text('PATH'))
WITH "PATH" AS (SELECT 1) SELECT * FROM "PATH"
# the engine itself
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_secrets()
SELECT * FROM duckdb_databases()
SELECT * FROM duckdb_logs
SELECT * FROM duckdb_functions()
SELECT * FROM duckdb_temporary_files()
SELECT * FROM pragma_database_list
SELECT * FROM pragma_storage_info('clients')
SELECT * FROM information_schema.tables
SELECT * FROM pg_catalog.pg_class
SELECT * FROM sqlite_master
SELECT * FROM duckdb_tables
SELECT current_setting('secret_directory')
SELECT getvariable('x')
SELECT current_query()
SELECT current_database()
SELECT current_user
SELECT CURRENT_CATALOG
SELECT user
SELECT session_user
SELECT nextval('x')
SELECT setseed(0.5)
SELECT * FROM query('SELECT 1')
SELECT * FROM query_table('clients')
SELECT * FROM json_execute_serialized_sql('{}')
SELECT json_serialize_sql('SELECT 1')
SELECT json_deserialize_sql('{}')
SELECT * FROM seq_scan('x')
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM which_secret('x', 's3')
SELECT * FROM checkpoint()
SELECT * FROM force_checkpoint()
SELECT 1e400
SELECT count(*) FROM clients WHERE 1e999::DOUBLE > 1
SELECT * FROM enable_logging()
SELECT * FROM test_all_types()
SELECT * FROM repeat_row(1, num_rows = 5)
SELECT write_log('x')
SELECT pg_sleep(100)
SELECT sleep_ms(100000)
SELECT getenv('HOME')
SELECT random()
SELECT uuid()
SELECT main.current_setting('x')
SELECT system.main.current_setting('threads')
SELECT count(*) FILTER (WHERE current_setting('threads') > 1) FROM clients
SELECT sum(1) OVER (ORDER BY current_setting('threads'))
SELECT list_transform([1], x -> current_setting('threads'))
SELECT * FROM clients WHERE CASE WHEN current_setting('threads') = 1 THEN true END
SELECT * FROM range((SELECT count(*) FROM duckdb_settings()))
SELECT COLUMNS(c -> current_setting('threads') = 1) FROM clients
SELECT * REPLACE (current_setting('threads') AS party) FROM clients
# what the snapshot keeps to itself
SELECT * FROM refs
SELECT * FROM client.main.refs
SELECT * FROM main.refs
SELECT * FROM client.refs
SELECT * FROM memory.main.clients
SELECT * FROM derived.main.holdings
SELECT * FROM derived.holdings
SELECT * FROM memory.attached.holdings
SELECT * FROM firsts
SELECT * FROM account
SELECT * FROM docs
SELECT * FROM account_clients
SELECT * FROM f0001.main.fact
SELECT * FROM nowhere
SELECT * FROM REFS
WITH refs AS (SELECT 1) SELECT * FROM client.main.refs
# parameters
SELECT ?
SELECT $1
SELECT * FROM clients LIMIT ?

# more ways out of the snapshot
SELECT * FROM read_csv(['PATH'])
SELECT * FROM read_csv_auto('PATH', header = true)
SELECT * FROM "read_text"('PATH')
SELECT * FROM read_text(concat('PA', 'TH'))
FROM read_blob('PATH') SELECT content
FROM 'PATH' SELECT *
SELECT * FROM '/proc/self/environ'
SELECT * FROM '/proc/1/cmdline'
SELECT * FROM "/etc/hostname"
SELECT * FROM '../../keys/project.key'
SELECT * FROM 'file:///etc/passwd'
SELECT * FROM 's3://bucket/x.parquet'
SELECT * FROM 'http://169.254.169.254/latest/meta-data'
SELECT * FROM 'hf://datasets/x/y.csv'
SELECT * FROM "client.duckdb"
SELECT * FROM glob('OUT*')
SELECT * FROM parquet_kv_metadata('PATH')
SELECT * FROM parquet_file_metadata('PATH')
SELECT * FROM parquet_bloom_probe('PATH', 'a', 1)
SELECT * FROM read_json_auto('PATH')
SELECT * FROM read_json_objects('PATH')
SELECT * FROM read_ndjson('PATH')
SELECT * FROM st_read('PATH')
SELECT * FROM sqlite_scan('PATH', 'x')
SELECT * FROM postgres_scan('host=localhost', 'public', 'x')
SELECT * FROM query('SELECT * FROM read_text(''PATH'')')
SELECT * FROM query_table(['clients', 'refs'])
SELECT * FROM sql_auto_complete('SEL')
SELECT * FROM from_substrait('x')
SELECT * FROM python_map_function()
SELECT * FROM summary((SELECT 1))
SELECT * FROM clients AT (VERSION => 1)
SELECT * FROM clients AT (TIMESTAMP => '2024-01-01')
SELECT load_aws_credentials()
SELECT * FROM read_csv('PATH') r JOIN clients c ON true
SELECT (FROM read_text('PATH') SELECT size)
SELECT * FROM clients WHERE EXISTS (FROM read_text('PATH'))
SELECT * FROM clients GROUP BY (SELECT size FROM read_text('PATH'))
SELECT count(*) FROM clients HAVING (SELECT size FROM read_text('PATH')) > 0
SELECT row_number() OVER (ORDER BY (SELECT size FROM read_text('PATH')))
SELECT * FROM clients OFFSET (SELECT size FROM read_text('PATH'))
VALUES ((SELECT size FROM read_text('PATH')))
WITH RECURSIVE r AS (SELECT * FROM read_text('PATH') UNION ALL SELECT * FROM r) SELECT * FROM r
WITH x AS MATERIALIZED (FROM glob('/*')) FROM x
SELECT [x FOR x IN (SELECT list(content) FROM read_text('PATH'))]
SELECT list_transform([1], x -> (SELECT size FROM read_text('PATH')))
SELECT {'a': (SELECT size FROM read_text('PATH'))}
SELECT MAP {'a': (SELECT size FROM read_text('PATH'))}
SELECT CASE WHEN true THEN (SELECT size FROM read_text('PATH')) END
SELECT * FROM unnest((SELECT list(content) FROM read_text('PATH')))
SELECT * FROM range((SELECT size FROM read_text('PATH')))
SELECT 1 WHERE 1 IN (SELECT size FROM read_text('PATH'))
SELECT 1 WHERE 1 = ANY (SELECT size FROM read_text('PATH'))
SELECT 1 INTERSECT SELECT size FROM read_text('PATH')
(SELECT 1) UNION (SELECT size FROM read_text('PATH'))
# state, settings, secrets
SET VARIABLE x = (SELECT 1)
RESET VARIABLE x
SET SESSION threads = 1
SET GLOBAL threads = 1
SET enable_external_access = true
SET lock_configuration = false
RESET enable_external_access
PRAGMA enable_external_access = true
PRAGMA table_info('clients')
PRAGMA show_tables
PRAGMA storage_info('clients')
PRAGMA database_size
PRAGMA enable_verification
PRAGMA disable_optimizer
PRAGMA enable_logging
CREATE SECRET (TYPE http, BEARER_TOKEN 'x')
CREATE PERSISTENT SECRET p IN local_file (TYPE s3)
DROP SECRET s
SELECT * FROM duckdb_secrets(redact = false)
CREATE TEMP MACRO m(a) AS a
CREATE MACRO t() AS TABLE SELECT 1
CREATE FUNCTION f() AS 1
CREATE TYPE e AS ENUM ('a')
CREATE SEQUENCE s
CREATE SCHEMA s
CREATE INDEX i ON client.main.clients (party)
CREATE TEMPORARY VIEW v AS SELECT 1
CREATE OR REPLACE TEMP TABLE clients AS SELECT 1
SELECT nextval('s')
SELECT * FROM (CREATE TABLE x (a int))
SELECT 1 INTO OUTFILE 'OUT'
SELECT * INTO x FROM clients
COPY (SELECT 1) TO 'OUT' (FORMAT parquet)
COPY (SELECT 1) TO '/dev/stdout'
COPY (FROM clients) TO 'OUT' (PARTITION_BY (party))
COPY FROM DATABASE client TO memory
EXPORT DATABASE 'OUT' (FORMAT parquet)
ATTACH 'OUT.duckdb'
ATTACH IF NOT EXISTS 'PATH' AS p (TYPE sqlite)
ATTACH 'postgres:host=localhost' AS p (TYPE postgres)
DETACH DATABASE IF EXISTS client
INSTALL json FROM community
FORCE INSTALL httpfs
LOAD parquet
UPDATE EXTENSIONS
EXPLAIN (FORMAT json) SELECT 1
CALL duckdb_settings()
CALL checkpoint()
# hidden by comments, quotes and letters
SELECT 1 -- ⏎; DROP VIEW clients
SELECT 1; -- ⏎ COPY clients TO 'OUT'
/**/ COPY clients TO 'OUT' /**/
/* /* nested */ */ SET threads = 1
--⏎SET threads = 1
;;; SET threads = 1
SELECT 1;⇥ATTACH ':memory:'
sElEcT * fRoM rEaD_tExT('PATH')
SELECT * FROM read_text ( 'PATH' )
SELECT * FROM READ_TEXT('PATH')
SELECT * FROM "READ_TEXT"('PATH')
SELECT * FROM main.read_text('PATH')
SELECT * FROM system.main.read_text('PATH')
SELECT * FROM ｒｅａｄ_ｔｅｘｔ('PATH')
SELECT * FROM rеad_text('PATH')
SELECT * FROM read_text(U&'PATH')
SELECT * FROM read_text(E'PATH')
SELECT * FROM read_text($$PATH$$)
SELECT $x$ $x$; SET threads = 1
SELECT getenv('PATH')
SELECT getenv $$HOME$$
SELECT "getenv"('HOME')
SELECT 'HOME'.getenv()
SELECT 'threads'.current_setting()
SELECT list_apply(['threads'], current_setting)
SELECT list_aggregate([1], 'current_setting')
SELECT [1].list_transform(x -> getenv('HOME'))
SELECT count(getenv('HOME'))
SELECT sum(1) FILTER (getenv('HOME') = 'x')
SELECT * FROM clients ORDER BY getenv('HOME')
SELECT * EXCLUDE (party) REPLACE (getenv('HOME') AS surname) FROM clients
SELECT COLUMNS('.*') , getenv('HOME') FROM clients
SELECT current_schemas(true)
SELECT txid_current()
SELECT version()
SELECT pg_catalog.pg_get_viewdef(1)
SELECT * FROM pg_catalog.pg_tables
SELECT * FROM duckdb_views()
SELECT * FROM duckdb_logs()
SELECT * FROM duckdb_memory()
SELECT * FROM duckdb_extensions()
SELECT * FROM duckdb_variables()
SELECT * FROM pragma_database_list()
SELECT now() FROM clients, pg_sleep(1)

# In disguise: other letters, other clauses, in what other statements hold.
FROM "/etc/passwd"
SELECT * FROM read_json_objects_auto('PATH')
SELECT * FROM read_duckdb('client.duckdb')
SELECT * FROM query_table(['clients', 'memberships'])
SELECT * FROM pragma_user_agent()
SELECT gETenV('HOME')
SELECT system.main.getenv('HOME')
FROM clients PIVOT (count(*) FOR city IN ('a'))
FROM (PIVOT clients ON city USING count(*))
FROM (SUMMARIZE clients)
FROM (DESCRIBE clients)
SELECT 1 /* ; */ ; COPY clients TO 'OUT'
/* SELECT 1 */ COPY (SELECT 1) TO 'OUT'
SELECT 1 --⏎; COPY clients TO 'OUT'
WITH x AS (INSERT INTO clients VALUES (1) RETURNING *) SELECT * FROM x
WITH x AS MATERIALIZED (SELECT * FROM duckdb_settings()) FROM x
WITH clients AS (SELECT getenv('HOME')) FROM clients
MERGE INTO clients USING clients c ON true WHEN MATCHED THEN DELETE
FORCE INSTALL spatial FROM community
CREATE SECRET s (TYPE http)
SELECT list_aggregate(['HOME'], 'getenv')
SELECT [getenv(x) FOR x IN ['HOME']]
SELECT apply(['HOME'], lambda x: getenv(x))
SELECT COLUMNS(c -> getenv(c) = 'x') FROM clients
SELECT * REPLACE (getenv('HOME') AS city) FROM clients
SELECT count(*) FILTER (WHERE getenv('HOME') = 'x') FROM clients
SELECT 1 LIMIT (SELECT length(getenv('HOME')))
SELECT 1 ORDER BY getenv('HOME')
VALUES (getenv('HOME'))
SELECT ɡetenv('HOME')
SELECT ＧＥＴＥＮＶ('HOME')
SELECT * FROM clients，memberships
SELECT * FROM "clients​"
SELECT $$a$$; $$ SELECT getenv('x') $$
SELECT content FROM read_text(['PATH'])
SELECT * FROM clients WHERE surname = (SELECT content FROM read_text('PATH'))
SELECT * FROM repeat_row(1, num_rows = 100000000000)
SELECT * FROM seq_scan('clients')
SELECT vector_type(surname) FROM clients
SELECT stats(surname) FROM clients
SELECT 'getenv'::regproc
SELECT bitstring('0', 1000000000000)

## ends
SELECT count(*) FROM range(100000000000)
SELECT sum(range) FROM range(1000000000000) WHERE range % 7 = 3
SELECT length(list(range)::VARCHAR) FROM range(1000000000)
SELECT list(range) FROM range(100000000)
SELECT range(1000000000)
SELECT generate_series(1, 1000000000)
SELECT len(range(1000000000))
SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11
SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c
SELECT * FROM range(100000) a, range(100000) b ORDER BY a.range * b.range DESC
SELECT DISTINCT a.range * b.range FROM range(1000000) a, range(1000000) b
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT * FROM r
WITH RECURSIVE r(a, n) AS (SELECT 'x', 1 UNION ALL SELECT a || a, n + 1 FROM r) SELECT max(length(a)) FROM r
SELECT string_agg(repeat('x', 10000), '') FROM range(1000000)
SELECT array_agg(repeat('x', 10000)) FROM range(1000000)
SELECT sum(2 ** range) OVER (ORDER BY hash(range)) FROM range(100000000)
SELECT range, median(range) OVER (ORDER BY range ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM range(10000000)
SELECT count(*) FROM (SELECT unnest(range(10000)) a), (SELECT unnest(range(10000)) b), (SELECT unnest(range(10000)) c)
SELECT regexp_matches(repeat('a', 10000), '(a+)+$') FROM range(100000000)
SELECT levenshtein(repeat('a', 10000), repeat('b', 10000)) FROM range(1000000)
SELECT quantile_cont(range, 0.5) FROM range(1000000000)
SELECT list_sort(range(500000000))
SELECT histogram(range) FROM range(1000000000)
SELECT COLUMNS('.*') FROM clients a, clients b, clients c, range(100000000) r ORDER BY ALL
WITH RECURSIVE r(s) AS (SELECT 'aaaaaaaa' UNION ALL SELECT s || s FROM r WHERE length(s) < 100000000000) SELECT max(length(s)) FROM r
WITH RECURSIVE r(n, s) USING KEY (n) AS (SELECT 1, 'a' UNION SELECT n, s || s FROM r) SELECT * FROM r
SELECT list_reduce(list_transform(range(40), x -> 'aaaa'), (x, y) -> x || x || y)
SELECT array_to_string(list_transform(range(1000000), x -> repeat('x', 10000)), '')
SELECT replace(replace(replace(repeat('a', 10000), 'a', repeat('b', 1000)), 'b', repeat('c', 1000)), 'c', repeat('d', 1000))
SELECT regexp_replace(string_agg('a', ''), 'a', string_agg('bbbbbbbbbbb', ''), 'g') FROM range(200000)
SELECT list_transform(range(100000), x -> range(100000))
SELECT factorial(100000)
