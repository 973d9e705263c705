package store

import (
	"context"
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// FactCount says what became of the facts of one batch: Inserted are new,
// Merged had an id that the month already held.
type FactCount struct {
	Kind, Stream, Month string
	BatchNo             int32
	Inserted, Merged    int64
}

// month is one month file of the staging.
type month struct {
	FactFile
	own bool // written by this run; otherwise hard-linked from the previous snapshot
}

// AppendFacts takes facts of a monthly kind from one stream, all months mixed;
// columns as in schemas.FactKinds plus fact_id, batch_no, row_no (stream is
// filled in). Facts are never changed: an id that a month already holds is
// merged, the first by (batch_no, row_no) stays. The id must cover the fact's
// time: ids are compared within a month only. Rows are buffered; Facts gives
// the counts. The caller keeps rec.
func (s *Staging) AppendFacts(ctx context.Context, kind, stream string, rec arrow.RecordBatch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	k, ok := s.spec.kind(kind)
	if !ok || !k.Monthly {
		return errs.New(errs.Bug, "append facts", kind, "not a monthly fact kind", "use Upsert for keyed facts")
	}
	if rec.NumRows() == 0 {
		return nil
	}
	key := kind + "\x00" + stream
	sp := s.facts[key]
	if sp != nil && !sp.in.Equal(rec.Schema()) {
		if err := s.fold(ctx, key); err != nil {
			return err
		}
		sp = nil
	}
	if sp == nil {
		pf, err := createSpool(s.spoolPath(), rec.Schema())
		if err != nil {
			return wrap("append facts", kind, err)
		}
		sp = &spool{ParquetFile: pf, kind: kind, strm: stream}
		s.facts[key] = sp
	}
	if err := sp.Write(rec); err != nil {
		return wrap("append facts", kind, err)
	}
	if sp.rows >= 2*spoolRows {
		return s.fold(ctx, key)
	}
	return nil
}

// Facts writes all buffered facts into their month files and gives the counts
// of this run so far, ordered by kind, stream, month, batch.
func (s *Staging) Facts(ctx context.Context) ([]FactCount, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return nil, err
	}
	if err := s.foldFacts(ctx); err != nil {
		return nil, err
	}
	var out []FactCount
	at := map[FactCount]int{} // a batch may have come in several parts
	for _, c := range s.counts {
		k := FactCount{Kind: c.Kind, Stream: c.Stream, Month: c.Month, BatchNo: c.BatchNo}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k], out = i, append(out, k)
		}
		out[i].Inserted += c.Inserted
		out[i].Merged += c.Merged
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if c := strings.Compare(a.Kind+"\x00"+a.Stream+"\x00"+a.Month, b.Kind+"\x00"+b.Stream+"\x00"+b.Month); c != 0 {
			return c < 0
		}
		return a.BatchNo < b.BatchNo
	})
	return out, nil
}

func (s *Staging) foldFacts(ctx context.Context) error {
	for _, k := range sortedKeys(s.facts) {
		if err := s.fold(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// fold moves the spooled facts of one kind and stream into month files.
func (s *Staging) fold(ctx context.Context, key string) error {
	sp := s.facts[key]
	if sp == nil {
		return nil
	}
	delete(s.facts, key)
	k, _ := s.spec.kind(sp.kind)
	thing := sp.kind + " of " + sp.strm
	if err := sp.Close(); err != nil {
		return wrap("append facts", thing, err)
	}
	defer func() { _ = disk.Remove(sp.path) }()
	cols := make([]string, 0, len(k.Fields))
	for _, c := range factColumns(k) {
		cols = append(cols, fmt.Sprintf("CAST(NULL AS %s) AS %s", c.typ, ident(c.name)))
	}
	for _, q := range []string{
		"CREATE OR REPLACE TEMP TABLE inc AS SELECT " + strings.Join(cols, ", ") + ", '' AS \"#month\" LIMIT 0",
		"INSERT INTO inc BY NAME SELECT * REPLACE (" + quote(sp.strm) + " AS stream) FROM (SELECT *" + streamColumn(sp.in) + ", coalesce(strftime(" +
			ident(k.Time) + "::DATE, '%Y-%m'), 'undated') AS \"#month\" FROM read_parquet(" + quote(sp.path) + "))",
	} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return wrap("append facts", thing, err)
		}
	}
	var bad, twice int64
	if err := one(ctx, s.conn, "SELECT count(*) FILTER (WHERE fact_id IS NULL OR batch_no IS NULL OR row_no IS NULL), count(*) - count(DISTINCT fact_id) FROM inc", &bad, &twice); err != nil {
		return wrap("append facts", thing, err)
	}
	if bad > 0 {
		return errs.New(errs.Bug, "append facts", thing, fmt.Sprintf("%d facts without id or position", bad), "")
	}
	rows, err := s.conn.QueryContext(ctx, "SELECT DISTINCT \"#month\" FROM inc ORDER BY 1")
	if err != nil {
		return wrap("append facts", thing, err)
	}
	var months []string
	for rows.Next() {
		var m string
		if err := rows.Scan(&m); err != nil {
			_ = rows.Close()
			return wrap("append facts", thing, err)
		}
		months = append(months, m)
	}
	if err := rows.Close(); err != nil {
		return wrap("append facts", thing, err)
	}
	for _, m := range months {
		if err := s.foldMonth(ctx, k, sp.strm, m, twice > 0); err != nil {
			return wrap("append facts", thing+" "+m, err)
		}
	}
	_, err = s.conn.ExecContext(ctx, "DROP TABLE inc")
	return wrap("append facts", thing, err)
}

// streamColumn adds the column stream when the batches do not carry it.
func streamColumn(in *arrow.Schema) string {
	if in.HasField("stream") {
		return ""
	}
	return ", '' AS stream"
}

// foldMonth adds the rows of inc for one month to its file, which is copied
// first when it still belongs to the previous snapshot and something is new.
func (s *Staging) foldMonth(ctx context.Context, k schemas.FactKind, stream, mon string, twice bool) (err error) {
	name := factFileName(k.Name, stream, mon)
	path := filepath.Join(s.dir, name)
	m := s.months[name]
	known := ""
	if m != nil {
		if _, err := s.conn.ExecContext(ctx, "ATTACH "+quote(path)+" AS m (READ_ONLY)"); err != nil {
			return err
		}
		known = " WHERE fact_id NOT IN (SELECT fact_id FROM m.main.fact)"
	}
	first := ""
	if twice {
		first = " QUALIFY row_number() OVER (PARTITION BY fact_id ORDER BY batch_no, row_no) = 1"
	}
	// rows of one account lie together, so that a look at one client skips most of the file
	_, err = s.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE new_facts AS SELECT * EXCLUDE (\"#month\") FROM (SELECT * FROM inc WHERE \"#month\" = "+quote(mon)+") i"+
		known+first+" ORDER BY "+idents(k.Refs)+", batch_no, row_no, fact_id")
	if err != nil {
		return err
	}
	if m != nil {
		if _, err := s.conn.ExecContext(ctx, "DETACH m"); err != nil {
			return err
		}
	}
	added, err := s.countMonth(ctx, k.Name, stream, mon)
	if err != nil || added == 0 {
		return err
	}
	for _, q := range s.notes(k.Name, "new_facts", true, "0") {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	isNew := m == nil
	if isNew {
		m = &month{FactFile: FactFile{File: name, Kind: k.Name, Stream: stream, Month: mon}, own: true}
		s.months[name] = m
	}
	if !m.own {
		if err := disk.Clone(path, path+".own"); err != nil {
			return err
		}
		if err := disk.Rename(path+".own", path); err != nil {
			return err
		}
		m.own = true
	}
	m.Rows += added
	m.Root = ""
	if _, err := s.conn.ExecContext(ctx, "ATTACH "+quote(path)+" AS m (RECOVERY_MODE 'no_wal_writes')"); err != nil {
		return err
	}
	if isNew {
		_, err = s.conn.ExecContext(ctx, "CREATE TABLE m.main.fact AS SELECT * FROM temp.main.new_facts")
	} else {
		if _, err := s.conn.ExecContext(ctx, "USE m"); err != nil {
			return err
		}
		err = adapt(ctx, s.conn, "fact", factColumns(k), false)
		if err == nil {
			_, err = s.conn.ExecContext(ctx, "INSERT INTO m.main.fact BY NAME SELECT * FROM temp.main.new_facts")
		}
	}
	m.Columns = nil
	for _, c := range factColumns(k) {
		m.Columns = append(m.Columns, c.name)
	}
	for _, q := range []string{"USE memory", "CHECKPOINT m", "DETACH m", "DROP TABLE temp.main.new_facts"} {
		if err != nil {
			return err
		}
		_, err = s.conn.ExecContext(ctx, q)
	}
	return err
}

// countMonth records per batch how many rows of inc are new.
func (s *Staging) countMonth(ctx context.Context, kind, stream, mon string) (added int64, err error) {
	rows, err := s.conn.QueryContext(ctx, `SELECT batch_no, n, coalesce(k, 0) FROM
		(SELECT batch_no, count(*) AS n FROM inc WHERE "#month" = `+quote(mon)+` GROUP BY 1) a
		LEFT JOIN (SELECT batch_no, count(*) AS k FROM new_facts GROUP BY 1) b USING (batch_no) ORDER BY 1`)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		c := FactCount{Kind: kind, Stream: stream, Month: mon}
		var all int64
		if err := rows.Scan(&c.BatchNo, &all, &c.Inserted); err != nil {
			return 0, err
		}
		c.Merged = all - c.Inserted
		added += c.Inserted
		s.counts = append(s.counts, c)
	}
	return added, rows.Err()
}

// factFileName makes facts-<kind>-<stream>-<month>.duckdb; "/" becomes "." and
// every other character that is not a letter, digit, "_" or "-" is escaped.
func factFileName(kind, stream, month string) string {
	var b strings.Builder
	for i := 0; i < len(stream); i++ {
		c := stream[i]
		switch {
		case c == '/':
			b.WriteByte('.')
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "=%02x", c)
		}
	}
	return "facts-" + kind + "-" + b.String() + "-" + month + ".duckdb"
}
