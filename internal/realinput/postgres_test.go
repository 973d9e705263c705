package realinput

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"clientbase/connectors/connectortest"
)

const tableSource = `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
streams:
  clients:
    from: {driver: postgres, dsn_secret: CORE_DSN, table: "bank.clients"%s}
    mode: %s
    key: [id]
    columns: {id: {required: true}, fio: text, born: {type: date, format: ymd}, tel: text, modified: timestamp}
    order: {column: modified}
    party:
      kind: person
      map: {full_name: fio, birth_date: born, phone: tel}
`

const tableSchema = `DROP SCHEMA IF EXISTS bank CASCADE; CREATE SCHEMA bank;
CREATE TABLE bank.clients (id bigint PRIMARY KEY, fio text NOT NULL, born date, tel text, modified timestamptz);
INSERT INTO bank.clients SELECT i, chr(1040 + i %% 28) || 'пробнев' || chr(1072 + i / 28 %% 28) || ' Егор Тестович', date '1950-01-03' + i * 11,
	'+7916' || (1000000 + i * 37), now() - interval '1 day' - i * interval '1 second' FROM generate_series(1, %d) i`

// database is a real server with the table of clients in it.
type database struct {
	t    testing.TB
	conn *pgx.Conn
	dsn  string
}

func newDatabase(t *testing.T, rows int) *database {
	t.Helper()
	d := &database{t: t, dsn: connectortest.Postgres(t)}
	conn, err := pgx.Connect(t.Context(), d.dsn)
	if err != nil {
		t.Fatal(err)
	}
	d.conn = conn
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	d.exec(fmt.Sprintf(tableSchema, rows))
	d.exec("DROP ROLE IF EXISTS reader_of_trial; CREATE ROLE reader_of_trial LOGIN PASSWORD 'a-secret-word-88'")
	d.exec("GRANT USAGE ON SCHEMA bank TO reader_of_trial; GRANT SELECT ON ALL TABLES IN SCHEMA bank TO reader_of_trial")
	t.Cleanup(func() {
		_, _ = conn.Exec(context.Background(), "DROP SCHEMA IF EXISTS bank CASCADE; DROP OWNED BY reader_of_trial; DROP ROLE IF EXISTS reader_of_trial")
	})
	return d
}

func (d *database) exec(sql string) {
	d.t.Helper()
	if _, err := d.conn.Exec(context.Background(), sql); err != nil {
		d.t.Fatal(err)
	}
}

// address is the DSN of a reader whose name and word must never be printed.
func (d *database) address() string {
	d.t.Helper()
	u, err := url.Parse(d.dsn)
	if err != nil {
		d.t.Fatal(err)
	}
	u.User = url.UserPassword("reader_of_trial", "a-secret-word-88")
	return u.String()
}

// project makes a project over the table; node is added to from:.
func (d *database) project(mode, node string) shell {
	return project(d.t, map[string]string{"clientbase.yaml": plainProject, "sources/core.yaml": fmt.Sprintf(tableSource, node, mode)}, "CORE_DSN="+d.address())
}

// silent runs a verb and fails when the address, the name or the word shows.
func (d *database) silent(s shell, code int, args ...string) result {
	d.t.Helper()
	r := s.want(code, args...)
	u, _ := url.Parse(d.address())
	secretStays(d.t, r, "reader_of_trial", "a-secret-word-88", u.Host, "postgres://", "пробнев")
	return r
}

// A table of clients by a cursor column with a safety lag: changed rows and rows
// that commit late are picked up, and nothing is there twice.
func TestRiverOverPostgresByCursor(t *testing.T) {
	d := newDatabase(t, 2000)
	s := d.project("delta", ", cursor: modified, lag: 10m, page: 300")
	for _, verb := range []string{"validate", "doctor", "plan"} {
		d.silent(s, 0, verb)
	}
	d.silent(s, 0, "run", "--json")
	const clients = "SELECT count(*), count(DISTINCT key) FROM identities WHERE stream = 'core/clients'"
	s.expect("the full load", clients, "2000|2000")

	// A change now, and an insert whose stamp is older than the newest row: it was
	// stamped in a transaction that committed only after the first run.
	d.exec("UPDATE bank.clients SET tel = '+79165550199', modified = now() WHERE id = 7")
	d.exec("INSERT INTO bank.clients VALUES (3001, 'Опоздалов Егор Тестович', '1990-01-02', '+79161112233', now() - interval '5 minutes')")
	d.exec("INSERT INTO bank.clients VALUES (3002, 'Безвременный Егор Тестович', '1990-01-03', '+79161112244', NULL)")
	rep := s.river()
	s.expect("after the changes", clients, "2002|2002")
	s.expect("the changed telephone", "SELECT masked FROM contact_points JOIN identities USING (client_id) WHERE key = '7' AND attr = 'phone'", "+791•••99")
	if len(rep.Balances) != 1 || rep.Balances[0].Loaded != 3 || rep.Balances[0].Read > 100 {
		t.Errorf("the second run read more than the window or loaded anything else than three rows: %+v", rep.Balances)
	}

	// A transaction that is open while a run reads, and commits before the next.
	slow, err := pgx.Connect(t.Context(), d.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close(context.Background()) }()
	tx, err := slow.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "INSERT INTO bank.clients VALUES (3003, 'Поздний Егор Тестович', '1990-01-04', '+79161112255', now())"); err != nil {
		t.Fatal(err)
	}
	d.exec("UPDATE bank.clients SET tel = '+79165550188', modified = clock_timestamp() WHERE id = 8") // newer, and committed first
	s.river()
	s.expect("while the transaction is open", clients, "2002|2002")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.river()
	s.expect("after it has committed", clients, "2003|2003")
	rep = s.river()
	for _, b := range rep.Balances {
		if b.Loaded != 0 {
			t.Errorf("nothing changed and %d rows were loaded", b.Loaded)
		}
	}
	s.expect("again", clients, "2003|2003")
	s.expect("one version each but the changed one", "SELECT count(*) FROM attribute_history WHERE attr = 'birth_date'", "2003")

	everything := s.river("--full-refresh")
	if len(everything.Received) != 1 || everything.Received[0].Rows != 2003 {
		t.Errorf("--full-refresh receives %+v", everything.Received)
	}
	s.expect("after --full-refresh", clients, "2003|2003")
}

// A full table: rows that are gone are closed. A dropped column is drift, and a
// database that does not answer is a reason to try again; neither prints where
// the database is, and the snapshot stays.
func TestRiverOverPostgresInTrouble(t *testing.T) {
	d := newDatabase(t, 300)
	s := d.project("full", "")
	d.silent(s, 0, "run")
	d.exec("DELETE FROM bank.clients WHERE id = 5")
	time.Sleep(1100 * time.Millisecond) // deliveries of full extracts are ordered by the second
	d.silent(s, 0, "run")
	s.expect("the deleted row is closed", "SELECT key FROM identities WHERE closed IS NOT NULL", "5")

	d.exec("ALTER TABLE bank.clients DROP COLUMN born")
	r := d.silent(s, 0, "plan") // looks ahead and stops nothing
	if !strings.Contains(r.out, "column born is missing") || !strings.Contains(r.out, "exit 4") {
		t.Errorf("plan does not name the column:\n%s%s", r.out, r.err)
	}
	r = d.silent(s, 4, "run")
	if !strings.Contains(r.err, "core/clients") || !strings.Contains(r.err, "born") || !strings.Contains(r.err, "try: ") {
		t.Errorf("drift does not name stream and column:\n%s", r.err)
	}
	s.expect("the snapshot stays", "SELECT count(*) FROM clients", "300")
	d.exec("ALTER TABLE bank.clients ADD COLUMN born date")

	d.exec("REVOKE SELECT ON bank.clients FROM reader_of_trial")
	if r = d.silent(s, 1, "run"); !strings.Contains(r.err, "SQLSTATE 42501") {
		t.Errorf("no right to read:\n%s", r.err)
	}
	d.exec("GRANT SELECT ON bank.clients TO reader_of_trial")

	u, err := url.Parse(d.address())
	if err != nil {
		t.Fatal(err)
	}
	u.Host = "127.0.0.1:1" // nobody listens there: the server is down
	down := s
	down.env = []string{"CORE_DSN=" + u.String()}
	for _, verb := range []string{"plan", "run"} {
		if r = d.silent(down, 2, verb); !strings.Contains(r.out+r.err, "core/clients") || !strings.Contains(r.out+r.err, "try: ") {
			t.Errorf("%s with the server down:\n%s%s", verb, r.out, r.err)
		}
		secretStays(t, r, u.Host)
	}
	absent := s
	absent.env = []string{"CORE_DSN="}
	if r = absent.want(1, "run"); !strings.Contains(r.err, "CORE_DSN") {
		t.Errorf("an absent secret is not named:\n%s", r.err)
	}
	s.expect("the snapshot is still there", "SELECT count(*) FROM clients", "300")
}
