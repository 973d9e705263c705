package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/internal/errs"
)

// Lineage files of a snapshot: values-<seq>.parquet (sorted by client_no) and
// records-<seq>.parquet (sorted by record_no), one generation per run that
// changed something.
const (
	LineageValues  = "values"
	LineageRecords = "records"
)

// ValueSchema is the schema of lineage/values-*.parquet: one row per candidate
// value, losers included.
func ValueSchema() *arrow.Schema {
	return arrow.NewSchema([]arrow.Field{
		{Name: "client_no", Type: arrow.PrimitiveTypes.Int32},
		{Name: "attr", Type: arrow.BinaryTypes.String},
		{Name: "record_no", Type: arrow.PrimitiveTypes.Int64},
		{Name: "field", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "chain", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "decision", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "winner", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "valid_from", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	}, nil)
}

// RecordSchema is the schema of lineage/records-*.parquet: one row per record
// version.
func RecordSchema() *arrow.Schema {
	return arrow.NewSchema([]arrow.Field{
		{Name: "record_no", Type: arrow.PrimitiveTypes.Int64},
		{Name: "stream", Type: arrow.BinaryTypes.String},
		{Name: "key", Type: arrow.BinaryTypes.String},
		{Name: "version", Type: arrow.PrimitiveTypes.Int32},
		{Name: "first_batch", Type: arrow.PrimitiveTypes.Int32},
		{Name: "first_row", Type: arrow.PrimitiveTypes.Int64},
		{Name: "last_batch", Type: arrow.PrimitiveTypes.Int32},
		{Name: "last_row", Type: arrow.PrimitiveTypes.Int64},
		{Name: "commitment", Type: arrow.BinaryTypes.Binary, Nullable: true},
	}, nil)
}

func lineageName(what string, gen int) string {
	return fmt.Sprintf("lineage/%s-%06d.parquet", what, gen)
}

// LineageFile gives the path of this run's lineage file of a kind, to be
// written once with CreateLineage. Its rows for a client (or
// record version) replace those of older generations.
func (s *Staging) LineageFile(what string) string {
	s.naming.Lock()
	defer s.naming.Unlock()
	name := lineageName(what, s.seq)
	s.fresh[name] = true
	return filepath.Join(s.dir, filepath.FromSlash(name))
}

// generations notes which clients this run's values file explains. In the
// first generation nothing is noted: it is the base.
func (s *Staging) generations(ctx context.Context) error {
	path := filepath.Join(s.dir, filepath.FromSlash(lineageName(LineageValues, s.seq)))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || s.lineageBase() == s.seq {
		return nil
	}
	for _, q := range []string{
		"DELETE FROM client.main.lineage_generations WHERE client_no IN (SELECT client_no FROM read_parquet(" + quote(path) + "))",
		fmt.Sprintf("INSERT INTO client.main.lineage_generations SELECT DISTINCT client_no, %d FROM read_parquet(%s) ORDER BY 1", s.seq, quote(path)),
	} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// lineageBase is the generation of clients without an entry of their own.
func (s *Staging) lineageBase() int {
	if s.prev == nil {
		return s.seq
	}
	return s.prev.Info().Manifest.LineageBase
}

// ValueLineage is where one candidate value came from.
type ValueLineage struct {
	ClientNo   int32
	Attr       string
	RecordNo   int64
	Field      string
	Chain      string
	Decision   string
	Winner     bool
	ValidFrom  string // ISO day; "" = unknown
	Generation int    // snapshot number whose run wrote it
}

// Lineage gives the candidate values of one client, winners first within an
// attribute. It reads only the row groups that can hold the client.
func (sn *Snapshot) Lineage(ctx context.Context, clientNo int32) ([]ValueLineage, error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	gen := sn.info.Manifest.LineageBase
	if sn.info.Manifest.Tables["lineage_generations"] > 0 { // else all stand in the base
		err = r.db.QueryRowContext(ctx, "SELECT max(generation) FROM client.main.lineage_generations WHERE client_no = ? HAVING max(generation) IS NOT NULL", clientNo).Scan(&gen)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, wrap("trace", "client", err)
	}
	path := filepath.Join(sn.dir, filepath.FromSlash(lineageName(LineageValues, gen)))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	// no functions and no order: to plan them takes the engine longer than a client's few rows
	rows, err := r.db.QueryContext(ctx, "SELECT client_no, attr, record_no, field, chain, decision, winner, valid_from FROM read_parquet("+quote(path)+") WHERE client_no = ?", clientNo)
	if err != nil {
		return nil, wrap("trace", "client", err)
	}
	defer func() { _ = rows.Close() }()
	var out []ValueLineage
	for rows.Next() {
		v := ValueLineage{Generation: gen}
		var field, chain, decision sql.NullString
		var from sql.NullTime
		if err := rows.Scan(&v.ClientNo, &v.Attr, &v.RecordNo, &field, &chain, &decision, &v.Winner, &from); err != nil {
			return nil, wrap("trace", "client", err)
		}
		if v.Field, v.Chain, v.Decision = field.String, chain.String, decision.String; from.Valid {
			v.ValidFrom = from.Time.Format(time.DateOnly)
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, compareValues)
	return out, wrap("trace", "client", rows.Err())
}

// compareValues orders by attribute, winners first, the latest day first, a day
// that is not known last, then by record.
func compareValues(x, y ValueLineage) int {
	winner := func(v ValueLineage) int {
		if v.Winner {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(x.Attr, y.Attr), cmp.Compare(winner(x), winner(y)), cmp.Compare(y.ValidFrom, x.ValidFrom), cmp.Compare(x.RecordNo, y.RecordNo))
}

// RecordLineage is where one version of a source record came from.
type RecordLineage struct {
	RecordNo    int64
	Stream, Key string
	Version     int32
	FirstBatch  int32
	FirstRow    int64
	LastBatch   int32
	LastRow     int64
	Commitment  []byte
}

// Records gives the versions of source records, oldest first, by record number.
func (sn *Snapshot) Records(ctx context.Context, nos []int64) (map[int64][]RecordLineage, error) {
	out := map[int64][]RecordLineage{}
	files := sn.lineageFiles(LineageRecords)
	if len(files) == 0 || len(nos) == 0 {
		return out, nil
	}
	r, err := sn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]string, len(nos))
	for i, no := range nos {
		list[i] = strconv.FormatInt(no, 10)
	}
	rows, err := r.db.QueryContext(ctx, "SELECT record_no, stream, key, version, first_batch, first_row, last_batch, last_row, commitment, filename FROM read_parquet(["+
		strings.Join(files, ", ")+"], filename = true) WHERE record_no IN ("+strings.Join(list, ", ")+")")
	if err != nil {
		return nil, wrap("trace", "records", err)
	}
	defer func() { _ = rows.Close() }()
	var all []recordRow
	for rows.Next() {
		var v recordRow
		if err := rows.Scan(&v.RecordNo, &v.Stream, &v.Key, &v.Version, &v.FirstBatch, &v.FirstRow, &v.LastBatch, &v.LastRow, &v.Commitment, &v.file); err != nil {
			return nil, wrap("trace", "records", err)
		}
		all = append(all, v)
	}
	slices.SortFunc(all, compareRecords)
	for i, v := range all {
		lines := out[v.RecordNo]
		if i > 0 && all[i-1].RecordNo == v.RecordNo && all[i-1].Version == v.Version {
			if committed := lines[len(lines)-1].Commitment; len(committed) > 0 {
				v.Commitment = committed
			}
			lines[len(lines)-1] = v.RecordLineage
			continue
		}
		out[v.RecordNo] = append(lines, v.RecordLineage)
	}
	return out, wrap("trace", "records", rows.Err())
}

// recordRow is what one generation says of a version: the newest counts, except
// that what was once committed to stands.
type recordRow struct {
	RecordLineage
	file string
}

// compareRecords orders by record, version and generation.
func compareRecords(x, y recordRow) int {
	return cmp.Or(cmp.Compare(x.RecordNo, y.RecordNo), cmp.Compare(x.Version, y.Version), cmp.Compare(x.file, y.file))
}

// lineageFiles names the Parquet files of a kind, as SQL text, oldest first.
func (sn *Snapshot) lineageFiles(what string) []string {
	var files []string
	for _, f := range sn.info.Manifest.Files {
		if strings.HasPrefix(f.Name, "lineage/"+what+"-") {
			files = append(files, quote(filepath.Join(sn.dir, filepath.FromSlash(f.Name))))
		}
	}
	return files
}

// ClientOf finds the client of a source record.
func (sn *Snapshot) ClientOf(ctx context.Context, stream, key string) (no int32, ok bool, err error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return 0, false, err
	}
	err = r.db.QueryRowContext(ctx, "SELECT client_no FROM client.main.identities WHERE stream = ? AND key = ?", stream, key).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return no, err == nil, wrap("find record", stream, err)
}

// RecordNo finds the record of a source key; errs.Input when there is none.
func (sn *Snapshot) RecordNo(ctx context.Context, stream, key string) (int64, error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return 0, err
	}
	var no int64
	err = r.db.QueryRowContext(ctx, "SELECT record_no FROM client.main.identities WHERE stream = ? AND key = ?", stream, key).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, errs.New(errs.Input, "find record", stream, "no record with this key in the snapshot", "check the stream's name and key with `clientbase query --tables`")
	}
	return no, wrap("find record", stream, err)
}
