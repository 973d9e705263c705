package store

import (
	"context"
	_ "embed" // texts of the derived views
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clientbase/schemas"
)

//go:embed sql/attached_holdings.sql
var attachedHoldingsSQL string

//go:embed sql/holdings.sql
var holdingsSQL string

//go:embed sql/attached_firsts.sql
var attachedFirstsSQL string

//go:embed sql/attached_lifecycle.sql
var attachedLifecycleSQL string

//go:embed sql/lifecycle.sql
var lifecycleSQL string

// derivedView is a view that stands on other views.
type derivedView struct {
	name, attached, text string
	on                   []string // lean forms that it reads
	over                 string   // table whose overlay it must follow
}

// derivedViews are made in their order.
//
// Each has a lean form by client_no in the schema attached, for the program's
// own counting, and mostly a documented form by client_id. Dated facts have a
// lean form too. An analyst's query cannot name a schema, so it sees no lean one.
//
// The lean forms are computed once, when a snapshot is published, and stand as
// tables in derived.duckdb; see writeDerived. Where that file is missing, or an
// overlay reaches what they were computed from, they are views.
var derivedViews = []derivedView{
	{"holdings", attachedHoldingsSQL, holdingsSQL, nil, ""},
	{"firsts", attachedFirstsSQL, "", []string{"interactions"}, ""},
	{"lifecycle", attachedLifecycleSQL, lifecycleSQL, []string{"holdings", "firsts"}, "consent"},
}

const derivedName = "derived.duckdb"

// tokenViews say whose an account or a card is; every lean view joins them.
var tokenViews = []string{"account_clients", "card_clients"}

// lean is how a wish for a lean form is named.
func lean(view string) string { return "attached." + view }

// withFoundations widens want by what the wanted derived views stand on.
func (m *mounts) withFoundations(want func(view string) bool) func(view string) bool {
	wanted := map[string]bool{}
	for i := len(derivedViews) - 1; i >= 0; i-- {
		d := derivedViews[i]
		documented := d.text != "" && want(d.name)
		if !want(lean(d.name)) && !wanted[lean(d.name)] && !documented {
			continue
		}
		wanted[lean(d.name)] = true
		wanted["clients"], wanted["client_consents"] = true, true // their texts name these
		if documented && d.name == "lifecycle" {
			wanted[lean("holdings")], wanted[lean("interactions")] = true, true // what made each step
		}
		if !m.isTable(d.name) {
			for _, f := range d.on {
				wanted[lean(f)] = true
			}
		}
	}
	return func(view string) bool { return want(view) || wanted[view] }
}

// isTable reports whether a lean form is read from derived.duckdb.
func (m *mounts) isTable(view string) bool {
	for _, d := range derivedViews {
		if d.name == view && d.over != "" && m.over[d.over] {
			return false
		}
	}
	return m.derived
}

// attachedView is factView without what only people need: client_no, NULL
// where the references lead to nobody or to several, and the fact's columns.
func attachedView(k schemas.FactKind, from string) string {
	return attachedColumns(k, from, func(string) bool { return true })
}

// attachedColumns is attachedView with some of the fact's columns.
func attachedColumns(k schemas.FactKind, from string, has func(column string) bool) string {
	cols, joins, nos := []string{}, "", []string{}
	for i, ref := range k.Refs {
		from, only := "memory.attached."+refTable(ref), ""
		if refTable(ref) == "refs" { // one kind of reference: a fraction of the table
			from, only = "client.main.refs", fmt.Sprintf(" AND r%d.kind = %s", i, quote(refKind(ref)))
		}
		joins += fmt.Sprintf(" LEFT JOIN %s r%d ON r%d.token = f.%s%s", from, i, i, ident(ref), only)
		nos = append(nos, fmt.Sprintf("CASE WHEN r%d.holders = 1 THEN r%d.client_no END", i, i))
	}
	for _, c := range factColumns(k) {
		if has(c.name) {
			cols = append(cols, "f."+ident(c.name)+" AS "+ident(viewColumn(c.name)))
		}
	}
	return "SELECT coalesce(" + strings.Join(append(nos, "NULL"), ", ") + ") AS client_no, " + strings.Join(cols, ", ") + " FROM " + from + " f" + joins
}

// refKind is the kind of reference that a column of a fact holds.
func refKind(column string) string {
	switch column {
	case schemas.RefPhone, schemas.RefEmail, schemas.RefVisitor:
		return column
	}
	return schemas.RefRecord // party, holder, from
}

// derive mounts the derived views that want says and that are not there yet.
func (m *mounts) derive(ctx context.Context, want func(view string) bool) error {
	for _, d := range derivedViews {
		if !m.have[lean(d.name)] && (want(lean(d.name)) || d.text != "" && want(d.name)) {
			q := "SELECT * FROM derived.main." + d.name
			if !m.isTable(d.name) {
				q = m.computed(d.attached)
			}
			if err := m.lean(ctx, d.name, q); err != nil {
				return err
			}
			m.have[lean(d.name)] = true
		}
		if d.text != "" && !m.have[d.name] && want(d.name) {
			if err := m.view(ctx, d.name, d.text); err != nil {
				return err
			}
		}
	}
	return nil
}

// computed puts the keyed facts into the text of a derived view.
func (m *mounts) computed(text string) string { return m.computedFrom(text, nil) }

// computedFrom is computed with some kinds of facts read from elsewhere.
func (m *mounts) computedFrom(text string, facts map[string]string) string {
	var kinds []string
	for _, k := range m.spec.Facts {
		from := facts[k.Name]
		if from == "" {
			from = "client.main." + ident(k.Name)
		}
		if !k.Monthly {
			kinds = append(kinds, "{"+k.Name+"}", "("+attachedView(k, from)+")")
		}
	}
	return strings.NewReplacer(kinds...).Replace(text)
}

// lean makes a view of the schema attached.
func (m *mounts) lean(ctx context.Context, name, q string) error {
	list := []string{"CREATE SCHEMA IF NOT EXISTS memory.attached"}
	if !m.have["attached"] {
		if err := m.attachDerived(ctx); err != nil {
			return err
		}
		from := "client.main."
		if m.derived {
			from = "derived.main."
		}
		for _, v := range tokenViews {
			list = append(list, "CREATE OR REPLACE VIEW memory.attached."+v+" AS SELECT * FROM "+from+v)
		}
		m.have["attached"] = true
	}
	return m.exec(ctx, append(list, "CREATE OR REPLACE VIEW memory.attached."+ident(name)+" AS "+q)...)
}

// settle computes whose accounts and cards are once, for a reader that asks
// lean views again and again.
func (m *mounts) settle(ctx context.Context) error {
	if m.derived || !m.have["attached"] || m.have["settled"] {
		return nil
	}
	m.have["settled"] = true
	for _, v := range tokenViews {
		if err := m.exec(ctx, "DROP VIEW memory.attached."+v, "CREATE TABLE memory.attached."+v+" AS SELECT * FROM client.main."+v); err != nil {
			return err
		}
	}
	return nil
}

// overlaidDerived makes anew the lean forms over a table that an overlay has
// changed.
func (m *mounts) overlaidDerived(ctx context.Context, table string) error {
	for _, d := range derivedViews {
		if d.over != table || !m.have[lean(d.name)] || !m.derived {
			continue
		}
		m.have[lean(d.name)] = false
		only := func(view string) bool { return view == lean(d.name) }
		if err := m.need(ctx, only); err != nil {
			return err
		}
	}
	return nil
}

// seeDerived looks whether the snapshot has a derived.duckdb. One of an older
// version has none: the views are computed.
func (m *mounts) seeDerived() {
	_, err := os.Stat(filepath.Join(m.dir, derivedName))
	m.derived = !errors.Is(err, os.ErrNotExist)
}

// attachDerived attaches derived.duckdb where there is one and no lean form has
// been asked for before.
func (m *mounts) attachDerived(ctx context.Context) error {
	if !m.derived || m.beside {
		return nil
	}
	m.beside = true
	return m.attach(ctx, filepath.Join(m.dir, derivedName), "derived")
}

// writeDerived computes the lean forms from the closed files and writes them to
// derived.duckdb: a function of the other files, without a part in the row root.
// A run that began from an earlier snapshot derives anew what it moved, see
// derivedelta.go. The mounts are not usable for lean forms afterwards.
func (s *Staging) writeDerived(ctx context.Context) error {
	if done, err := s.deriveDelta(ctx); done || err != nil {
		return err
	}
	m := s.mounts
	path := filepath.Join(s.dir, derivedName)
	if err := m.exec(ctx, "ATTACH "+quote(path)+" AS derived (RECOVERY_MODE 'no_wal_writes')"); err != nil {
		return err
	}
	if err := m.need(ctx, func(string) bool { return true }); err != nil {
		return err
	}
	for _, v := range tokenViews {
		err := m.exec(ctx, "CREATE TABLE derived.main."+v+" AS SELECT * FROM client.main."+v,
			"CREATE OR REPLACE VIEW memory.attached."+v+" AS SELECT * FROM derived.main."+v)
		if err != nil {
			return err
		}
	}
	for _, d := range derivedViews {
		err := m.exec(ctx, "CREATE TABLE derived.main."+d.name+" AS SELECT * FROM memory.attached."+d.name+" ORDER BY client_no",
			"CREATE OR REPLACE VIEW memory.attached."+d.name+" AS SELECT * FROM derived.main."+d.name)
		if err != nil {
			return err
		}
	}
	rows := make([]string, len(derivedViews))
	for i, d := range derivedViews {
		rows[i] = "(SELECT count(*) FROM derived.main." + d.name + ")"
	}
	if err := m.exec(ctx, "CREATE TABLE derived.main.made AS SELECT "+quote(s.derivedBy())+" AS texts, "+strings.Join(rows, " + ")+" AS whole, 0::BIGINT AS added",
		"DROP SCHEMA memory.attached CASCADE", "CHECKPOINT derived", "DETACH derived"); err != nil {
		return err
	}
	for _, d := range derivedViews {
		if i := slices.Index(m.views, d.name); i >= 0 {
			if err := m.exec(ctx, "DROP VIEW memory.main."+ident(d.name)); err != nil {
				return err
			}
			m.views = slices.Delete(m.views, i, i+1)
		}
	}
	m.have = map[string]bool{}
	return nil
}

func (m *mounts) exec(ctx context.Context, list ...string) error {
	for _, q := range list {
		if _, err := m.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
