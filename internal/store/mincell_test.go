package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// cell runs a statement as a role that sees groups of n at least.
func cell(t testing.TB, sn *Snapshot, n int, q string) (rows [][]any, err error) {
	t.Helper()
	r, err := sn.Query(context.Background(), q, QueryOptions{MinCell: n, Timeout: 20 * time.Second})
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	for r.Next() {
		v, err := r.Values()
		must(t, err)
		rows = append(rows, append([]any{}, v...))
	}
	return rows, r.Err()
}

func TestSmallGroupsAreLeftOut(t *testing.T) {
	_, sn := published(t) // three clients
	for _, c := range []struct {
		n    int
		q    string
		want string
	}{
		{3, "SELECT count(*) FROM clients", "[[3]]"}, {4, "SELECT count(*) FROM clients", "[]"},
		{2, "SELECT party, count(*) AS n FROM clients GROUP BY party ORDER BY party", "[[person 3]]"},
		{2, "SELECT party, count(*) FROM clients c GROUP BY ALL HAVING count(*) > 5", "[]"},
		{1, "SELECT count(*) FROM clients WHERE party = 'person' AND client_no < 100", "[[3]]"},
		{2, "SELECT count(*) FROM clients WHERE client_no = 1", "[]"},
		{3, "SELECT 1 FROM clients", "[[1]]"}, {4, "SELECT 1 FROM clients", "[]"},
		{2, "SELECT count(*) FROM clients a JOIN clients b ON b.client_no = 1", "[]"}, // one client behind a crowd
		{2, "SELECT count(*) FROM clients a LEFT JOIN clients b ON b.client_no = 1", "[]"},
		{2, "SELECT count(inn) FROM clients", "[]"},                  // fewer than two have one
		{9, "SELECT 1 FROM (SELECT count(*) FROM streams)", "[[1]]"}, // nobody's data: any form
	} {
		got, err := cell(t, sn, c.n, c.q)
		must(t, err)
		if g := fmt.Sprint(got); g != c.want && !(c.want == "[]" && len(got) == 0) {
			t.Errorf("%d: %s: %s, want %s", c.n, c.q, g, c.want)
		}
	}
	for _, q := range []string{"SELECT surname FROM clients", "SELECT * FROM clients", "FROM clients", "SELECT party, min(surname) FROM clients GROUP BY party", "SELECT list(surname) FROM clients", "SELECT any_value(surname) FROM clients",
		"SELECT count(*) FILTER (WHERE client_no = 1) FROM clients", "SELECT sum(CASE WHEN client_no = 1 THEN 1 END) FROM clients", "SELECT count(nullif(client_no, 1)) FROM clients", "SELECT count(*) OVER () FROM clients",
		"SELECT count(*) FROM (SELECT * FROM clients)", "WITH x AS (SELECT * FROM clients) SELECT count(*) FROM x", "SELECT (SELECT max(surname) FROM clients)", "SELECT 1 UNION ALL SELECT count(*) FROM clients",
		"SELECT count(*) FROM clients WHERE EXISTS (SELECT 1 FROM clients)", "SELECT count(*) FROM clients USING SAMPLE 1 ROWS", "SELECT count(*) FROM clients c(a, client_id)", "SELECT median(client_no) FROM clients",
		"SELECT count(*) FROM clients a SEMI JOIN clients b ON b.client_no = 1", "SELECT bits, count(*) FROM match_edges GROUP BY bits", "SELECT count(*) FROM clients, range(3)", "SELECT surname FROM clients QUALIFY row_number() OVER () = 1",
		"SELECT count(*) FROM clients HAVING min(surname) > 'a'", "SELECT mode(surname) FROM clients", "SELECT DISTINCT ON (party) surname FROM clients"} {
		if got, err := cell(t, sn, 2, q); err == nil && len(got) > 0 {
			t.Errorf("%s gives %v", q, got)
		}
	}
	for _, q := range []string{"SELECT surname FROM clients", "SELECT client_id, display_name FROM clients LIMIT 2"} {
		if _, err := cell(t, sn, 2, q); err == nil || !strings.Contains(err.Error(), "groups of clients") {
			t.Errorf("%s: %v, want to hear of groups", q, err)
		}
	}
}

// Whatever a filter picks, a count below the limit never comes out.
func TestNoFilterMakesASmallCell(t *testing.T) {
	_, sn := published(t)
	for i, where := range []string{"client_no = 1", "client_no <> 1", "client_no < 2", "client_no % 2 = 0", "n_records >= 0"} {
		by := []string{"party", "client_no % 2", "client_id"}[i%3]
		got, err := cell(t, sn, 2, "SELECT "+by+", count(*) FROM clients WHERE "+where+" GROUP BY 1")
		must(t, err)
		for _, row := range got {
			if n, _ := row[1].(int64); n < 2 {
				t.Errorf("where %s by %s: %v", where, by, got)
			}
		}
	}
}
