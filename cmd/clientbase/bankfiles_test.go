package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/text/encoding/charmap"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/pipeline"
)

func (b bank) quarantines() (ids []string) {
	b.t.Helper()
	files, err := landing.At(b.path("data")).Quarantines()
	if err != nil || len(files) < 4 {
		b.t.Fatalf("%d quarantine files, %v", len(files), err)
	}
	for _, f := range files {
		q := pipeline.SetAside{QuarantineFile: f}
		ids = append(ids, q.ShortID())
	}
	return ids
}

func (b bank) reports() (ids []string) {
	b.t.Helper()
	files, err := filepath.Glob(b.path("data/runs/*.json"))
	if err != nil || len(files) < 3 {
		b.t.Fatal(files, err)
	}
	for _, f := range files {
		ids = append(ids, strings.TrimSuffix(filepath.Base(f), ".json"))
	}
	return ids
}

func (b bank) tables() (names []string) {
	b.t.Helper()
	out, _ := b.does(0, "--json", "query", "--tables")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var doc struct{ Name string }
		if err := json.Unmarshal([]byte(line), &doc); err != nil || doc.Name == "" {
			b.t.Fatalf("tables: %v in %.100s", err, line)
		}
		names = append(names, doc.Name)
	}
	if len(names) < 12 {
		b.t.Fatalf("tables: %v", names)
	}
	return names
}

// landed gives the landing store of the project.
func (b bank) landed() *landing.Store {
	b.t.Helper()
	store, err := landing.Open(b.path("data"))
	if err != nil {
		b.t.Fatal(err)
	}
	return store
}

// eachBatch visits the landed batches of a stream, those of deliveries that no
// longer count too.
func (b bank) eachBatch(stream string, do func(d *landing.Delivery, batch *landing.Batch)) {
	b.t.Helper()
	store := b.landed()
	list, err := store.Deliveries(stream)
	if err != nil {
		b.t.Fatal(stream, err)
	}
	for i := range list {
		for _, ref := range list[i].Batches {
			batch, err := store.ReadBatch(stream, ref.ID)
			if err != nil {
				b.t.Fatal(stream, err)
			}
			do(&list[i], batch)
			batch.Release()
		}
	}
}

// eachSetAside visits the rows in quarantine.
func (b bank) eachSetAside(do func(stream string, row *landing.QuarantineRow)) {
	b.t.Helper()
	store := b.landed()
	files, err := store.Quarantines()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range files {
		rows, err := store.Quarantined(f)
		if err != nil {
			b.t.Fatal(err)
		}
		for i := range rows {
			do(f.Stream, &rows[i])
		}
	}
}

// eachFile visits the files of the data folder: their bytes, and what the
// project's keys open of those that are sealed, which is nil for others.
func (b bank) eachFile(do func(rel string, text, clear []byte)) {
	b.t.Helper()
	keys := b.landed().Keys
	err := filepath.WalkDir(b.path("data"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(b.dir, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		id, sealed := strings.CutSuffix(e.Name(), ".age")
		if !sealed {
			do(rel, text, nil)
			return nil
		}
		if strings.Contains(rel, "/state/") {
			id = "state"
		}
		in, err := keys.Unseal(path, id)
		if err != nil {
			return fmt.Errorf("%s: %w", rel, err)
		}
		clear, err := io.ReadAll(in)
		if err != nil {
			return fmt.Errorf("%s: %w", rel, err)
		}
		do(rel, text, clear)
		return in.Close()
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// everything decodes all that the data folder holds: texts by what they are.
func (b bank) everything() map[string]string {
	b.t.Helper()
	out := map[string]string{}
	store := b.landed()
	streams, err := store.Streams()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, s := range streams {
		b.eachBatch(s, func(d *landing.Delivery, batch *landing.Batch) {
			var text strings.Builder
			for _, c := range batch.Rows.Columns() {
				col := c.(*array.String)
				for r := range col.Len() {
					text.WriteString(col.Value(r) + "\n")
				}
			}
			old, _ := charmap.Windows1251.NewDecoder().Bytes(batch.Raw)
			out["batch of "+s+" "+d.Name] += text.String() + string(batch.Raw) + string(old)
		})
	}
	b.eachSetAside(func(stream string, r *landing.QuarantineRow) {
		out["quarantine of "+stream] += string(r.Raw) + r.Detail + r.Pos.Key
	})
	acts, err := journal.Open(b.path("data"), store.Keys.Project()).Read(0)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range acts {
		text, err := json.Marshal(e)
		if err != nil {
			b.t.Fatal(err)
		}
		out["journal"] += string(text) + "\n"
	}
	b.eachFile(func(rel string, text, clear []byte) {
		switch {
		case strings.HasSuffix(rel, ".parquet"):
			rows, _ := b.does(0, "read", b.path(rel))
			out[rel] = rows
		case clear != nil:
			out[rel] = string(clear)
		default:
			out[rel] = string(text)
		}
	})
	b.eachTable(func(table, row string) { out["table "+table] += row + "\n" })
	return out
}

// eachTable visits the rows of every table and view of the snapshot in force.
func (b bank) eachTable(do func(table, row string)) {
	b.t.Helper()
	a := &app{project: b.dir, errOut: io.Discard}
	p, _, err := a.open()
	if err != nil {
		b.t.Fatal(err)
	}
	s, err := pipeline.Current(p)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	r, err := s.Reader(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, table := range b.tables() {
		rows, err := r.Query(context.Background(), "SELECT t::VARCHAR FROM "+table+" t")
		if err != nil {
			b.t.Fatal(table, err)
		}
		for rows.Next() {
			var row string
			if err := rows.Scan(&row); err != nil {
				b.t.Fatal(table, err)
			}
			do(table, row)
		}
		if err := rows.Close(); err != nil {
			b.t.Fatal(table, err)
		}
	}
}

// accountsYAML is the stream of accounts in a source of clients.
const accountsYAML = `  accounts:
    from: {path: "in/accounts_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ACC]
    order: {as_of: name}
    columns: {ACC: text, ID: text, STATUS: text}
    facts:
      - fact: account
        fields: {account: {ref: account, column: ACC}, number: ACC, holder: {ref: record, of: core/clients, column: ID}, status: STATUS}
`

// notesYAML is a call centre that sends notes; more streams may follow.
const notesYAML = `source: callcentre
kind: callcentre
title: {ru: "Колл-центр", en: "Call centre"}
streams:
  notes:
    from: {path: "in/notes_*.ndjson", format: ndjson}
    mode: events
    key: [id]
    order: {as_of: name}
    columns: {id: text, at: timestamp, client: text, phone: text, text: {type: note}}
    party: {kind: person, when: [client, phone], map: {full_name: client, phone: phone, note: text}}
    facts:
      - fact: interaction
        fields: {at: at, kind: {const: note}, channel: {const: phone}, party: {ref: record, column: id}, phone: {ref: phone, column: phone}, topic: text}
`
