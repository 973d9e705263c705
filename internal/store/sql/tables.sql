-- Fixed tables of client.duckdb. The table clients and the tables of keyed
-- facts are made from the dictionary and the fact kinds (see tables.go).
-- Words for every table and column are in words.sql.
CREATE TABLE IF NOT EXISTS contact_points (
  client_no  INTEGER NOT NULL,
  client_id  VARCHAR NOT NULL,
  attr       VARCHAR NOT NULL,
  masked     VARCHAR,
  token      UUID,
  status     VARCHAR,
  holders    INTEGER,
  rank       INTEGER,
  valid_from DATE,
  source     VARCHAR
);
CREATE TABLE IF NOT EXISTS attribute_history (
  client_no  INTEGER NOT NULL,
  client_id  VARCHAR NOT NULL,
  attr       VARCHAR NOT NULL,
  value      VARCHAR,
  token      UUID,
  status     VARCHAR,
  reason     VARCHAR,
  stream     VARCHAR,
  record_no  BIGINT,
  valid_from DATE,
  valid_to   DATE,
  known_from TIMESTAMP,
  winner     BOOLEAN
);
CREATE TABLE IF NOT EXISTS identities (
  record_no  BIGINT NOT NULL,
  client_no  INTEGER NOT NULL,
  client_id  VARCHAR NOT NULL,
  stream     VARCHAR NOT NULL,
  key        VARCHAR NOT NULL,
  party      VARCHAR,
  valid_from DATE,
  closed     DATE
);
CREATE TABLE IF NOT EXISTS conflicts (
  client_no   INTEGER NOT NULL,
  client_id   VARCHAR NOT NULL,
  stream      VARCHAR NOT NULL,
  key         VARCHAR NOT NULL,
  attr        VARCHAR NOT NULL,
  other_attr  VARCHAR NOT NULL,
  reason      VARCHAR NOT NULL,
  says        VARCHAR NOT NULL,
  weak        BOOLEAN NOT NULL,
  field       VARCHAR,
  other_field VARCHAR,
  rule_id     VARCHAR NOT NULL,
  chain       VARCHAR NOT NULL,
  other_chain VARCHAR NOT NULL,
  record_no   BIGINT NOT NULL,
  valid_from  DATE
);
CREATE TABLE IF NOT EXISTS identity_events (
  event_no   BIGINT NOT NULL,
  run        VARCHAR NOT NULL,
  kind       VARCHAR NOT NULL,
  client_id  VARCHAR NOT NULL,
  other_id   VARCHAR,
  stream     VARCHAR,
  key        VARCHAR,
  cause      VARCHAR
);
CREATE TABLE IF NOT EXISTS retired_ids (
  retired_id VARCHAR NOT NULL,
  client_id  VARCHAR
);
CREATE TABLE IF NOT EXISTS match_edges (
  record_a   BIGINT NOT NULL,
  record_b   BIGINT NOT NULL,
  bits       FLOAT,
  p          FLOAT,
  rule_id    VARCHAR,
  why        VARCHAR
);
CREATE TABLE IF NOT EXISTS household_links (
  client_no  INTEGER NOT NULL,
  client_id  VARCHAR NOT NULL,
  other_no   INTEGER NOT NULL,
  other_id   VARCHAR NOT NULL,
  party      VARCHAR NOT NULL,
  bits       FLOAT,
  p          FLOAT,
  because    VARCHAR
);
CREATE TABLE IF NOT EXISTS households (
  household_no INTEGER NOT NULL,
  client_no    INTEGER NOT NULL,
  client_id    VARCHAR NOT NULL,
  party        VARCHAR NOT NULL,
  members      INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS refs (
  token      UUID NOT NULL,
  kind       VARCHAR NOT NULL,
  client_no  INTEGER,
  holders    INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS batches (
  batch_no   INTEGER NOT NULL,
  batch_id   VARCHAR NOT NULL,
  stream     VARCHAR NOT NULL,
  delivery   VARCHAR,
  as_of      DATE,
  rows       BIGINT
);
CREATE TABLE IF NOT EXISTS streams (
  stream     VARCHAR NOT NULL,
  mode       VARCHAR,
  as_of      DATE,
  deliveries BIGINT,
  records    BIGINT,
  facts      BIGINT
);
CREATE TABLE IF NOT EXISTS quality_profile (
  stream     VARCHAR NOT NULL,
  attr       VARCHAR NOT NULL,
  records    BIGINT NOT NULL,
  filled     BIGINT NOT NULL,
  fill       FLOAT NOT NULL,
  cells      BIGINT NOT NULL,
  usable     BIGINT NOT NULL,
  valid      FLOAT NOT NULL,
  ok         BIGINT NOT NULL,
  corrected  BIGINT NOT NULL,
  assumed    BIGINT NOT NULL,
  ambiguous  BIGINT NOT NULL,
  conflict   BIGINT NOT NULL,
  invalid    BIGINT NOT NULL,
  junk       BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS quality_reasons (
  stream     VARCHAR NOT NULL,
  attr       VARCHAR NOT NULL,
  status     VARCHAR NOT NULL,
  reason     VARCHAR,
  cells      BIGINT NOT NULL,
  share      FLOAT NOT NULL
);
CREATE TABLE IF NOT EXISTS quality_junk (
  stream     VARCHAR NOT NULL,
  attr       VARCHAR NOT NULL,
  shape      VARCHAR NOT NULL,
  cells      BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS code_values (
  dictionary VARCHAR NOT NULL,
  value      VARCHAR NOT NULL,
  en         VARCHAR,
  ru         VARCHAR,
  valid_from DATE,
  valid_to   DATE
);
CREATE TABLE IF NOT EXISTS code_lists (
  dictionary VARCHAR NOT NULL,
  list       VARCHAR NOT NULL,
  version    INTEGER NOT NULL,
  code       VARCHAR NOT NULL,
  value      VARCHAR NOT NULL,
  valid_from DATE,
  valid_to   DATE
);
CREATE TABLE IF NOT EXISTS lineage_generations (
  client_no  INTEGER NOT NULL,
  generation INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS docs (
  position    INTEGER NOT NULL,
  table_name  VARCHAR NOT NULL,
  column_name VARCHAR,
  en          VARCHAR NOT NULL,
  ru          VARCHAR
);
