package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// winners makes one winning line of lineage per client and attribute.
func winners(attrs []string, clients ...int) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, ValueSchema())
	for _, c := range clients {
		for _, a := range attrs {
			b.Field(0).(*array.Int32Builder).Append(int32(c))
			b.Field(1).(*array.StringBuilder).Append(a)
			b.Field(2).(*array.Int64Builder).Append(int64(10 + c))
			for i, text := range []string{"NAME", "text@1", "trust"} {
				b.Field(3 + i).(*array.StringBuilder).Append(text)
			}
			b.Field(6).(*array.BooleanBuilder).Append(true)
			b.Field(7).(*array.Date32Builder).Append(day("2024-01-01"))
		}
	}
	return b.NewRecordBatch()
}

// explained is a snapshot of smallBase in which every value has its lineage.
func explained(t *testing.T, lineage ...arrow.RecordBatch) *Snapshot {
	t.Helper()
	ctx := context.Background()
	d := testDirs(t)
	s, err := Begin(ctx, d, "run1", nil, testSpec(), Settings{RowRoot: true})
	must(t, err)
	smallBase(t, s)
	must(t, s.Insert(ctx, "contact_points", batch("client_no", list(1, 1), "client_id", list(cid(1), cid(1)), "attr", list("phone", "phone"),
		"masked", list("+7…01", "+7…02"), "rank", list(1, 2))))
	must(t, writeLineage(s, LineageValues, lineage))
	_, err = s.Publish(ctx, testManifest("run1"))
	must(t, err)
	return open(t, d)
}

func rightLineage() []arrow.RecordBatch {
	return []arrow.RecordBatch{winners([]string{"surname"}, 1, 2, 3), winners([]string{"phone", "phone"}, 1)}
}

// copied gives a snapshot's data folder a second time.
func copied(t *testing.T, sn *Snapshot) *Snapshot {
	t.Helper()
	d := testDirs(t)
	must(t, os.CopyFS(d.Data, os.DirFS(filepath.Dir(filepath.Dir(sn.dir)))))
	return open(t, d)
}

// edit changes a published file behind the program's back.
func edit(t *testing.T, sn *Snapshot, file, q string) {
	t.Helper()
	ctx := context.Background()
	db, err := openEngine(ctx, Settings{}, "")
	must(t, err)
	defer func() { must(t, db.Close()) }()
	for _, q := range []string{"ATTACH " + quote(filepath.Join(sn.dir, file)) + " AS f", "USE f", q, "CHECKPOINT f"} {
		_, err := db.ExecContext(ctx, q)
		must(t, err)
	}
}

const january = "facts-transaction-core.tx-2024-01.duckdb"

// Every count that Recheck promises is right in a snapshot as it was published,
// and each kind of disagreement is found under its name.
func TestRecheckFindsEachDisagreement(t *testing.T) {
	ctx := context.Background()
	sn := explained(t, rightLineage()...)
	flaws, done, err := sn.Recheck(ctx)
	if err != nil || len(flaws) > 0 || done < 40 {
		t.Fatalf("as published: %v, %d things, %v", flaws, done, err)
	}
	in := clientName
	for _, c := range []struct {
		what, file, sql string
		thing, says     string
	}{
		{"a row taken out", in, "DELETE FROM identities WHERE record_no = 13", "identities", "rows as the manifest says: counted 2, expected 3"},
		{"a row put in", in, "INSERT INTO retired_ids VALUES ('x', 'y')", "retired_ids", "counted 1, expected 0"},
		{"a client twice", in, "INSERT INTO clients SELECT * FROM clients WHERE client_no = 1", in, "client_no is unique"},
		{"an id twice", in, "UPDATE clients SET client_id = " + quote(cid(2)) + " WHERE client_no = 1", in, "client_id is unique"},
		{"a record of two clients", in, "UPDATE identities SET record_no = 11", in, "record_no is unique"},
		{"a reference twice", in, "UPDATE refs SET token = (SELECT max(token) FROM refs)", in, "token is unique"},
		{"a reference to nobody", in, "UPDATE refs SET client_no = NULL", in, "a held reference has a client"},
		{"a retired id that lives", in, "INSERT INTO retired_ids VALUES (" + quote(cid(1)) + ", NULL)", in, "a retired id is not a client"},
		{"a contact of nobody", in, "UPDATE contact_points SET client_no = 99", in, "every row of contact_points leads to a client"},
		{"an identity of nobody", in, "UPDATE identities SET client_no = 99", in, "every row of identities leads to a client"},
		{"an account twice", in, "INSERT INTO account SELECT * FROM account", in, "fact_id is unique in account"},
		{"a fact taken out", january, "DELETE FROM fact WHERE row_no = 1", january, "rows as the manifest says: counted 1, expected 2"},
		{"a fact twice", january, "UPDATE fact SET fact_id = (SELECT max(fact_id) FROM fact)", january, "fact_id is unique"},
		{"an amount changed", january, "UPDATE fact SET amount = amount + 1", january, "another root"},
		{"a name changed", in, "UPDATE clients SET display_name = 'Тестов 9' WHERE client_no = 1", "", "another root"},
		{"a value nobody explains", in, "UPDATE clients SET given_name = 'Тест' WHERE client_no = 1", "lineage of given_name", "counted 1, expected 0"},
		{"a table gone", in, "DROP TABLE contact_points", "contact_points", "cannot be read"},
		{"a column gone", january, "ALTER TABLE fact DROP COLUMN currency", "", "cannot be read"},
	} {
		t.Run(c.what, func(t *testing.T) {
			sn := copied(t, sn)
			edit(t, sn, c.file, c.sql)
			wantFlaw(t, sn, c.thing, c.says)
		})
	}
	for what, lineage := range map[string][]arrow.RecordBatch{
		"a value without a winner":   {winners([]string{"surname"}, 1, 2), winners([]string{"phone", "phone"}, 1)},
		"a value with two winners":   append(rightLineage(), winners([]string{"surname"}, 2)),
		"a contact without a winner": {winners([]string{"surname"}, 1, 2, 3), winners([]string{"phone"}, 1)},
	} {
		t.Run(what, func(t *testing.T) {
			wantFlaw(t, explained(t, lineage...), "lineage of ", "exactly one winner: counted 1")
		})
	}
}

func wantFlaw(t *testing.T, sn *Snapshot, thing, says string) {
	t.Helper()
	flaws, _, err := sn.Recheck(context.Background())
	if err != nil {
		t.Fatalf("%v (%v)", err, cause(err))
	}
	for _, f := range flaws {
		if strings.HasPrefix(f.Thing, thing) && strings.Contains(f.What, says) {
			return
		}
	}
	t.Errorf("not found: %s", fmt.Sprint(flaws))
}
