package corebank

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"clientbase/connectors"
	"clientbase/connectors/connectortest"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

var now = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func exec(t testing.TB, dsn string, sql ...string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, s := range sql {
		if _, err := conn.Exec(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func source(t testing.TB, dsn, from string, s *schemas.Stream) connectors.Source {
	t.Helper()
	env := connectors.Env{Card: connectortest.CardKey(), Now: now, Secret: func(string) (opaque.Value, error) { return opaque.Of(dsn), nil }}
	src, err := Family().Open(env, node(t, from), s)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestPostgresConforms(t *testing.T) {
	dsn := connectortest.Postgres(t)
	exec(t, dsn, `DROP SCHEMA IF EXISTS cb_test CASCADE`, `CREATE SCHEMA cb_test`,
		`CREATE TABLE cb_test.clients (id bigint PRIMARY KEY, fio text, pan text, note text, born date, sum numeric(30,10), vip boolean, code char(5), changed timestamptz, local timestamp, nothing text)`,
		`INSERT INTO cb_test.clients SELECT i, 'Иванов ' || i, '`+connectortest.Canary+`', 'карта `+connectortest.CanarySpaced+` ок', date '1980-01-02' + i,
			12345678901234567890.0000000001 + i, i % 2 = 0, 'ab', timestamptz '2026-01-31 14:00:00+03' - i * interval '1 minute', timestamp '2026-01-31 10:00:00.5', NULL FROM generate_series(0, 1499) i`,
		`UPDATE cb_test.clients SET changed = NULL WHERE id = 7`)
	stream := &schemas.Stream{Source: "core", Name: "clients", Key: []string{"id"}, Columns: []schemas.Column{{Name: "pan", PAN: true}}}
	token := connectortest.CardKey().Token(schemas.RefCard, connectortest.Canary).String()
	expect := func(i int) connectortest.Row {
		return connectortest.Row{"id": fmt.Sprint(i), "fio": fmt.Sprintf("Иванов %d", i), "pan": "401288******1881", "pan#token": token,
			"note": "карта 4012 88** **** 1881 ок", "born": time.Date(1980, 1, 2+i, 0, 0, 0, 0, time.UTC).Format("2006-01-02"),
			"sum": fmt.Sprintf("1234567890123456%d.0000000001", 7890+i), "vip": fmt.Sprint(i%2 == 0), "code": "ab",
			"changed": now.Add(-time.Duration(60+i) * time.Minute).Format(time.RFC3339), "local": "2026-01-31 10:00:00.5", "nothing": "∅"}
	}
	var rows []connectortest.Row
	for i := range 1500 {
		r := expect(i)
		if i == 7 {
			r["changed"] = "∅"
		}
		rows = append(rows, r)
	}
	for name, from := range map[string]string{
		"table": `{driver: postgres, dsn_secret: X, table: cb_test.clients, page: 400}`,
		"query": `{driver: postgres, dsn_secret: X, query: "select * from cb_test.clients order by id;", page: 500}`,
	} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{Rows: rows, Ordered: name == "query", Again: true, Kind: errs.Input,
				Open: func(t *testing.T) connectors.Source { return source(t, dsn, from, stream) },
				Broken: func(t *testing.T) connectors.Source {
					return source(t, dsn, `{driver: postgres, dsn_secret: X, query: "select id, note, 1 / (id - 1200) from cb_test.clients order by id", page: 100}`, stream)
				}})
		})
	}
	t.Run("incremental", func(t *testing.T) {
		late := expect(2)
		late["fio"] = "Иванова 2"
		late["changed"] = now.Format(time.RFC3339)
		connectortest.Run(t, connectortest.Harness{Rows: rows, Overlap: true,
			Open: func(t *testing.T) connectors.Source {
				return source(t, dsn, `{driver: postgres, dsn_secret: X, table: cb_test.clients, cursor: CHANGED, lag: 10m}`, stream)
			},
			Add: func(t *testing.T) {
				exec(t, dsn, `UPDATE cb_test.clients SET fio = 'Иванова 2', changed = '2026-01-31 12:00:00+00' WHERE id = 2`)
			}, New: []connectortest.Row{late}})
	})
}

func TestWatermarkKeepsTheSafetyLag(t *testing.T) {
	dsn := connectortest.Postgres(t)
	exec(t, dsn, `DROP SCHEMA IF EXISTS cb_lag CASCADE`, `CREATE SCHEMA cb_lag`, `CREATE TABLE cb_lag.t (id int, at timestamptz, n bigint, day date, loc timestamp)`,
		`INSERT INTO cb_lag.t VALUES (1, '2026-01-31 11:58:00+00', 41, '2026-01-31', '2026-01-31 14:58'), (2, '2026-01-30 00:00:00+00', 42, '2026-01-30', '2026-01-30 10:00')`)
	s := &schemas.Stream{Source: "core", Name: "t", Key: []string{"id"}, Zone: "Europe/Moscow"}
	for column, want := range map[string]string{"at": "2026-01-31 11:55:00+00", "n": "42", "day": "2026-01-31", "loc": "2026-01-31 14:55:00"} {
		src := source(t, dsn, `{driver: postgres, dsn_secret: X, table: cb_lag.t, cursor: `+column+`}`, s)
		r, err := connectortest.Read(t, context.Background(), src, nil)
		if err != nil || !strings.Contains(string(r.Next), `"since":"`+want+`"`) {
			t.Errorf("%s: cursor %s, %v", column, r.Next, err)
		}
		// A row committed late, with a time before the greatest seen, is still read.
		again, err := connectortest.Read(t, context.Background(), src, r.Next)
		if err != nil || len(again.Rows) != 1 {
			t.Errorf("%s: %d rows in the overlap, %v", column, len(again.Rows), err)
		}
	}
}

func TestPostgresFaults(t *testing.T) {
	dsn := connectortest.Postgres(t)
	s := &schemas.Stream{Source: "core", Name: "t"}
	for from, kind := range map[string]errs.Kind{
		`{driver: postgres, dsn_secret: X, table: no.such}`:                                            errs.Config,
		`{driver: postgres, dsn_secret: X, query: "select nonsense"}`:                                  errs.Config,
		`{driver: postgres, dsn_secret: X, table: pg_catalog.pg_class, cursor: relnam}`:                errs.Config,
		`{driver: postgres, dsn_secret: X, query: "select pg_sleep(5)", timeout: 100ms}`:               errs.Retry,
		`{driver: postgres, dsn_secret: X, query: "delete from pg_catalog.pg_class returning 1"}`:      errs.Config,
		`{driver: postgres, dsn_secret: X, query: "select '` + connectortest.Canary + `x'::int as a"}`: errs.Input,
	} {
		_, err := connectortest.Read(t, context.Background(), source(t, dsn, from, s), nil)
		if e, ok := errs.Of(err); !ok || e.Kind != kind || strings.Contains(err.Error(), connectortest.Canary) {
			t.Errorf("%s: %v", from, err)
		}
	}
}

func TestUnreachableDatabaseIsRetryable(t *testing.T) {
	secret := "hunter2-very-secret"
	src := source(t, "postgres://u:"+secret+"@127.0.0.1:1/x?connect_timeout=2", `{driver: postgres, dsn_secret: X, table: a}`, &schemas.Stream{Source: "core", Name: "t"})
	_, err := src.Plan(context.Background(), nil)
	if errs.Exit(err) != 2 || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("exit %d: %v", errs.Exit(err), err)
	}
	_, err = Family().Open(connectors.Env{Secret: func(string) (opaque.Value, error) { return opaque.Of("postgres://u:" + secret + "@:::bad"), nil }},
		node(t, `{driver: postgres, dsn_secret: X, table: a}`), &schemas.Stream{})
	if errs.Exit(err) != 1 || strings.Contains(err.Error(), secret) {
		t.Errorf("a broken DSN: %v", err)
	}
}

func BenchmarkPostgres(b *testing.B) {
	dsn := connectortest.Postgres(b)
	const n = 200000
	exec(b, dsn, `DROP SCHEMA IF EXISTS cb_bench CASCADE`, `CREATE SCHEMA cb_bench`, fmt.Sprintf(`CREATE UNLOGGED TABLE cb_bench.t AS SELECT i AS id, 'ИВАНОВ' || i AS surname, 'ПЕТР' AS name,
		'СЕРГЕЕВИЧ' AS patr, date '1980-01-01' + i %% 9000 AS born, 'm' AS sex, '+7916' || (1000000 + i) AS phone, NULL::text AS phone2, 'u' || i || '@example.ru' AS mail,
		'Москва' AS city, 'ул. Ленина' AS street, i %% 90 AS house, '77012345' || i AS inn, 'A' AS status, now() AS changed FROM generate_series(1, %d) i`, n))
	for b.Loop() {
		src := source(b, dsn, `{driver: postgres, dsn_secret: X, table: cb_bench.t}`, &schemas.Stream{Source: "c", Name: "t", Key: []string{"id"}})
		slices, err := src.Plan(context.Background(), nil)
		if err != nil {
			b.Fatal(err)
		}
		rows := 0
		for {
			batch, err := slices[0].Next(context.Background())
			if err != nil {
				break
			}
			rows += int(batch.Rows.NumRows())
			batch.Rows.Release()
		}
		if rows != n {
			b.Fatal(rows)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
