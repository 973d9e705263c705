package store

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"clientbase/internal/errs"
)

// An overlay shows in the sandbox and in the reader, opened before or after
// it, changes only the rows it names, and leaves the files as they are.
func TestAnOverlayIsSeenByEveryRead(t *testing.T) {
	ctx := context.Background()
	d, sn := published(t)
	if _, err := sn.Reader(ctx); err != nil { // opened before the overlay
		t.Fatal(err)
	}
	objection := tok("f", "o1").String()
	over := Overlay{Position: 7, Acts: 3, Changes: []Change{
		{Table: "clients", Key: 2, Set: map[string]any{"surname": "Новая", "birth_date": "1985-03-14"}},
		{Table: "contact_points", Key: 2, Add: true, Set: map[string]any{"client_id": cid(2), "attr": "phone", "token": tok("phone", "+70000000001").String(), "rank": 1}},
		{Table: "contact_points", Key: 2, Add: true, Set: map[string]any{"client_id": cid(2), "attr": "phone", "token": nil, "rank": 2}},
		{Table: "contact_points", Key: 2, Match: map[string]any{"token": nil}},
		{Table: "consent", Key: objection, Add: true, Set: map[string]any{"stream": "journal/consents", "row_no": int64(7), "party": tok("record", "2").String(), "state": "objection", "since": "2026-03-02"}},
	}}
	must(t, sn.SetOverlay(ctx, over))
	if got := sn.Overlay(); got.Position != 7 || got.Acts != 3 {
		t.Errorf("%+v", got)
	}
	read := func(sn *Snapshot, q string) string {
		r, err := sn.Reader(ctx)
		must(t, err)
		rows, err := r.Query(ctx, q)
		must(t, err)
		defer func() { must(t, rows.Close()) }()
		var out [][]string
		for rows.Next() {
			v, err := rows.Values()
			must(t, err)
			row := make([]string, len(v))
			for i := range v {
				row[i] = fmt.Sprint(v[i])
			}
			out = append(out, row)
		}
		must(t, rows.Err())
		return fmt.Sprint(out)
	}
	for q, want := range map[string]string{
		"SELECT surname, birth_date::VARCHAR, n_records FROM clients ORDER BY client_no":        "[[Тестов 1 <nil> 2] [Новая 1985-03-14 3] [Тестов 3 <nil> 1]]",
		"SELECT client_id, rank FROM contact_points":                                            "[[" + cid(2) + " 1]]",
		"SELECT client_id, resolution, state, row_no, since::VARCHAR FROM client_consents":      "[[" + cid(2) + " attached objection 7 2026-03-02]]",
		"SELECT count(*) FROM client_accounts WHERE resolution = 'attached'":                    "[[3]]",
		"SELECT count(*) FROM attribute_history UNION ALL SELECT count(*) FROM client_products": "[[0] [0]]",
	} {
		if got := fmt.Sprint(table(t, sn, q)); got != want {
			t.Errorf("%s\ngives %s, want %s", q, got, want)
		}
		if got := read(sn, q); got != want {
			t.Errorf("the reader: %s\ngives %s, want %s", q, got, want)
		}
		later := open(t, d)
		must(t, later.SetOverlay(ctx, over))
		if got := read(later, q); got != want {
			t.Errorf("a reader opened later: %s\ngives %s, want %s", q, got, want)
		}
	}
	for _, q := range []string{`SELECT * FROM "+clients"`, `SELECT * FROM memory.main."+clients"`, `SELECT * FROM "+keys consent"`, "SELECT * FROM consent"} {
		if _, err := sn.Query(ctx, q, QueryOptions{}); errs.Exit(err) != 1 {
			t.Errorf("%s: %v", q, err)
		}
	}
	// Another overlay replaces this one; without it all is as it was published.
	must(t, sn.SetOverlay(ctx, Overlay{}))
	plain := open(t, d)
	for _, q := range []string{"SELECT * FROM clients ORDER BY client_no", "SELECT * FROM client_consents", "SELECT * FROM contact_points"} {
		if got, want := table(t, sn, q), table(t, plain, q); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", q, got, want)
		}
		if got, want := read(sn, q), read(plain, q); got != want {
			t.Errorf("the reader: %s: %v, want %v", q, got, want)
		}
	}
	wantKind(t, sn.SetOverlay(ctx, Overlay{Changes: []Change{{Table: "refs", Key: 1}}}), errs.Bug)
}

// Many added rows of one table go in few statements, in any number.
func TestAnOverlayMayBeLong(t *testing.T) {
	ctx := context.Background()
	_, sn := published(t)
	n := 2*overlayChunk + 3
	var o Overlay
	for i := range n {
		set := map[string]any{"stream": "journal/consents", "row_no": i, "state": "objection"}
		if i == 5 {
			set = map[string]any{"stream": "journal/consents", "state": "grant"}
		}
		o.Changes = append(o.Changes, Change{Table: "consent", Key: tok("f", fmt.Sprint(i)).String(), Add: true, Set: set})
	}
	must(t, sn.SetOverlay(ctx, o))
	if got := fmt.Sprint(table(t, sn, "SELECT count(*), count(DISTINCT fact_id), count(row_no) FROM client_consents")); got != fmt.Sprintf("[[%d %d %d]]", n, n, n-1) {
		t.Error(got)
	}
}
