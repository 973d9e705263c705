package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// A view of the engine over a file protects nothing: who opens the file sees
// what is under it. So a role that may not see names reads files of its own,
// data/views/<role>/<snapshot>/, made from the snapshot's when first asked for
// and removed with it: names and other texts as shapes, their dates as years,
// every token, client id and record key under a key of the role, so that what
// two roles take away cannot be joined.

// openColumns are the texts that a masked form keeps, per table; "*" for all.
// Any other text becomes its shape. Attributes of clients go by their class.
func openColumns() map[string]string {
	return map[string]string{
		"contact_points": "attr masked status source", "attribute_history": "attr status reason stream", "identities": "stream party",
		"conflicts": "stream attr other_attr reason field other_field rule_id chain other_chain", "identity_events": "run kind stream cause",
		"match_edges": "rule_id", "household_links": "party", "households": "party", "refs": "kind",
		"batches": "*", "streams": "*", "quality_profile": "*", "quality_reasons": "*", "quality_junk": "*", "code_values": "*", "code_lists": "*", "lineage_generations": "*", "docs": "*",
	}
}

// keyedColumns are texts that name a client or a record: they are keyed anew.
var keyedColumns = words("client_id other_id retired_id key")

// View gives the folder of the form of the snapshot that a role may read, which
// is made when there is none yet, with the months of those dated facts that the
// statement q may name. key is the role's own.
func (sn *Snapshot) View(ctx context.Context, role string, key opaque.Key, q string) (string, error) {
	dir := filepath.Join(sn.dirs.views(), role, sn.info.ID)
	spec := sn.info.Manifest.spec()
	var need []FactFile
	for _, f := range sn.info.Manifest.Facts {
		k, _ := spec.kind(f.Kind)
		low := strings.ToLower(q)
		if strings.Contains(low, ViewName(k)) || strings.Contains(low, "lifecycle") { // lifecycle stands on interactions
			need = append(need, f)
		}
	}
	missing := func(name string) bool { _, err := os.Stat(filepath.Join(dir, name)); return err != nil }
	need = slices.DeleteFunc(need, func(f FactFile) bool { return !missing(f.File) && !missing(f.File+sealEnd) })
	whole := missing(manifestName) || missing(clientName+sealEnd)
	if !whole && len(need) == 0 {
		return dir, nil
	}
	if err := sn.makeView(ctx, dir, key, need, whole); err != nil {
		return "", wrap("mask for "+role, sn.info.ID, err)
	}
	return dir, nil
}

// makeView makes files in a folder beside and moves each to its place when it
// is whole; the manifest comes last, so that a cut leaves nothing half.
func (sn *Snapshot) makeView(ctx context.Context, dir string, key opaque.Key, months []FactFile, whole bool) (err error) {
	if err := disk.MkdirAll(dir); err != nil {
		return err
	}
	tmp, err := disk.MkdirTemp(filepath.Dir(dir), "making-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, disk.RemoveAll(tmp)) }()
	db, err := openEngine(ctx, Settings{}, "")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := registerMasks(c, key); err != nil {
		return err
	}
	spec := sn.info.Manifest.spec()
	done := func(name string) error {
		path := filepath.Join(tmp, name)
		if err := sealView(key, sn.info.ID, path, dir); err != nil {
			return err
		}
		return errors.Join(disk.SyncFile(path), disk.Rename(path, filepath.Join(dir, name)))
	}
	if whole {
		if err := maskFile(ctx, c, filepath.Join(sn.dir, clientName), filepath.Join(tmp, clientName), spec, func() error { return define(ctx, c, spec) }); err != nil {
			return err
		}
		if err := done(clientName); err != nil {
			return err
		}
	}
	for _, f := range months {
		k, _ := spec.kind(f.Kind)
		var defs []string
		for _, col := range factColumns(k) {
			if slices.Contains(f.Columns, col.name) {
				defs = append(defs, ident(col.name)+" "+col.typ)
			}
		}
		table := func() error {
			_, err := c.ExecContext(ctx, "CREATE TABLE fact ("+strings.Join(defs, ", ")+")")
			return err
		}
		if err := maskFile(ctx, c, filepath.Join(sn.dir, f.File), filepath.Join(tmp, f.File), spec, table, k.Name); err != nil {
			return err
		}
		if err := done(f.File); err != nil {
			return err
		}
	}
	if !whole {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(sn.dir, manifestName))
	if err != nil {
		return err
	}
	return errors.Join(disk.WriteBytes(filepath.Join(dir, manifestName), text), disk.SyncDir(dir))
}

// maskFile makes the masked form of one file. define makes its tables; fact is
// the kind of the rows of a month file.
func maskFile(ctx context.Context, c *sql.Conn, from, to string, spec Spec, define func() error, fact ...string) error {
	do := func(q string) error { _, err := c.ExecContext(ctx, q); return err }
	for _, q := range []string{"ATTACH " + quote(from) + " AS plain (READ_ONLY)", "ATTACH " + quote(to) + " AS masked (RECOVERY_MODE 'no_wal_writes')", "USE masked"} {
		if err := do(q); err != nil {
			return err
		}
	}
	if err := define(); err != nil {
		return err
	}
	rows, err := c.QueryContext(ctx, `SELECT table_name, column_name, data_type FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, schema_name, table_name)
		WHERE database_name = 'plain' ORDER BY table_name, column_index`)
	if err != nil {
		return err
	}
	var tables []string
	cols := map[string][]string{}
	exprs := map[string][]string{}
	for rows.Next() {
		var t, col, typ string
		if err := rows.Scan(&t, &col, &typ); err != nil {
			_ = rows.Close()
			return err
		}
		if cols[t] == nil {
			tables = append(tables, t)
		}
		kind := t
		if t == "fact" && len(fact) > 0 {
			kind = fact[0]
		}
		cols[t], exprs[t] = append(cols[t], ident(col)), append(exprs[t], spec.masked(kind, col, typ))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, t := range tables {
		if t == "docs" {
			continue // define has written them
		}
		if err := do(fmt.Sprintf("INSERT INTO masked.main.%s (%s) SELECT %s FROM plain.main.%s", ident(t), strings.Join(cols[t], ", "), strings.Join(exprs[t], ", "), ident(t))); err != nil {
			return err
		}
	}
	for _, q := range []string{"USE memory", "CHECKPOINT masked", "DETACH masked", "DETACH plain"} {
		if err := do(q); err != nil {
			return err
		}
	}
	return nil
}

// masked is what stands in the masked form for a column.
func (s Spec) masked(table, col, typ string) string {
	id := ident(col)
	shape := "cb_shape(" + id + ")"
	switch {
	case typ == "UUID":
		return "CAST(cb_rekey(CAST(" + id + " AS VARCHAR)) AS UUID)"
	case typ == "VARCHAR" && keyedColumns[col] && openColumns()[table] != "*":
		return "cb_rekey(" + id + ")"
	case table == "clients":
		return s.maskedAttr(col, typ)
	case table == "attribute_history" && col == "value":
		return s.maskedValue()
	case typ != "VARCHAR":
		return id
	}
	if open := openColumns()[table]; open == "*" || words(open)[col] {
		return id
	}
	if k, ok := s.kind(table); ok {
		if col == "stream" {
			return id
		}
		for _, f := range k.Fields {
			if f.Name == col && (f.Type == schemas.FCode || f.Type == schemas.FMasked) {
				return id
			}
		}
	}
	return shape
}

// maskedAttr is a column of clients.
func (s Spec) maskedAttr(col, typ string) string {
	id := ident(col)
	a, ok := s.Dict.Attr(col)
	switch {
	case !ok && col == "display_name", ok && typ == "VARCHAR" && (a.PII == schemas.PIIName || a.PII == schemas.PIIText):
		return "cb_shape(" + id + ")"
	case ok && typ == "DATE" && a.PII != schemas.PIINone:
		return "CAST(date_trunc('year', " + id + ") AS DATE)"
	}
	return id // no attribute of a person, or masked in the snapshot already
}

// maskedValue is a value of attribute_history by its attribute.
func (s Spec) maskedValue() string {
	var names, dates []string
	for _, a := range s.Dict.Attrs {
		switch {
		case a.PII != schemas.PIIName && a.PII != schemas.PIIText:
		case a.Kind == schemas.KindDate:
			dates = append(dates, quote(a.ID))
		default:
			names = append(names, quote(a.ID))
		}
	}
	out := "CASE"
	if len(names) > 0 {
		out += " WHEN attr IN (" + strings.Join(names, ", ") + ") THEN cb_shape(value)"
	}
	if len(dates) > 0 {
		out += " WHEN attr IN (" + strings.Join(dates, ", ") + ") THEN left(value, 4)"
	}
	return out + " ELSE value END"
}

// mask is a function of the engine from text to text.
type mask func(string) string

// Config says that it takes and gives text.
func (m mask) Config() duckdb.ScalarFuncConfig {
	t, err := duckdb.NewTypeInfo(duckdb.TYPE_VARCHAR)
	if err != nil {
		return duckdb.ScalarFuncConfig{}
	}
	return duckdb.ScalarFuncConfig{InputTypeInfos: []duckdb.TypeInfo{t}, ResultTypeInfo: t}
}

// Executor runs it row by row; NULL stays NULL.
func (m mask) Executor() duckdb.ScalarFuncExecutor {
	return duckdb.ScalarFuncExecutor{RowExecutor: func(v []driver.Value) (any, error) {
		s, ok := v[0].(string)
		if !ok {
			return nil, errs.New(errs.Bug, "mask", "", "not a text", "report it")
		}
		return m(s), nil
	}}
}

func registerMasks(c *sql.Conn, key opaque.Key) error {
	return errors.Join(
		duckdb.RegisterScalarUDF(c, "cb_shape", mask(opaque.Shape)),
		duckdb.RegisterScalarUDF(c, "cb_rekey", mask(func(s string) string { return key.Token("view", s).String() })))
}

func (d Dirs) views() string { return filepath.Join(d.Data, "views") }

// dropViews removes the masked forms of snapshots that are gone.
func dropViews(d Dirs) error {
	roles, err := os.ReadDir(d.views())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, r := range roles {
		forms, rerr := os.ReadDir(filepath.Join(d.views(), r.Name()))
		err = errors.Join(err, rerr)
		for _, f := range forms {
			if _, gone := os.Stat(d.snapshot(f.Name())); gone == nil && idForm.MatchString(f.Name()) {
				continue
			}
			err = errors.Join(err, disk.RemoveAll(filepath.Join(d.views(), r.Name(), f.Name())))
		}
		err = errors.Join(err, disk.SyncDir(filepath.Join(d.views(), r.Name())))
	}
	if err != nil {
		return errs.Wrap(errs.Retry, "remove masked forms", d.views(), err, "check the rights of the data folder")
	}
	return nil
}
