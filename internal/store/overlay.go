package store

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"clientbase/internal/errs"
)

// Overlay is what people did since a snapshot was built, as changes of its
// tables: every read of the snapshot then shows them. The files stay as they
// are. Changes are applied in order.
type Overlay struct {
	Position int64 // journal position that it brings the snapshot to
	Acts     int   // acts in it that change what reads show
	Changes  []Change
	Terms    []Term // search terms that clients bear besides those of the index
}

// Change alters the rows of one table that belong to one key: a client_no, or
// a fact_id for the table consent. With Add it adds a row of Set (columns not
// named are NULL); else it sets Set in the rows where Match holds too, and
// removes them when Set is empty. Values are text, integers, booleans or nil;
// dates are ISO text, tokens are hex.
type Change struct {
	Table string
	Key   any
	Match map[string]any
	Set   map[string]any
	Add   bool
}

// overlaid are the tables that an overlay may change, with their key. The key
// decides which rows are copied before they are changed.
var overlaid = map[string]string{"clients": "client_no", "contact_points": "client_no", "attribute_history": "client_no", "consent": "fact_id"}

// SetOverlay makes all reads through this snapshot show o from now on. It
// replaces an earlier overlay.
func (sn *Snapshot) SetOverlay(ctx context.Context, o Overlay) error {
	sn.mu.Lock()
	defer sn.mu.Unlock()
	for _, c := range o.Changes {
		if overlaid[c.Table] == "" {
			return errs.New(errs.Bug, "overlay", c.Table, "the table cannot be overlaid", "")
		}
	}
	sn.over, sn.laid = o, nil
	if sn.reader == nil {
		return nil
	}
	return wrap("overlay", sn.info.ID, sn.reader.m.overlay(ctx, o))
}

// Overlay gives the overlay in force.
func (sn *Snapshot) Overlay() Overlay {
	sn.mu.Lock()
	defer sn.mu.Unlock()
	return sn.over
}

// overlay copies the rows that o changes into tables in memory, changes them
// there, and puts views over both in the place of the plain ones.
func (m *mounts) overlay(ctx context.Context, o Overlay) error {
	byTable := map[string][]Change{}
	for _, c := range o.Changes {
		byTable[c.Table] = append(byTable[c.Table], c)
	}
	for _, t := range sortedKeys(overlaid) {
		list := byTable[t]
		if len(list) == 0 && !m.over[t] {
			continue
		}
		both, err := m.overlayTable(ctx, t, list)
		if err != nil {
			return err
		}
		if err := m.view(ctx, t, both); err != nil {
			return err
		}
		m.over[t] = true
		if k, ok := m.spec.kind(t); ok {
			if err := m.view(ctx, ViewName(k), factView(k, "("+both+")", "client.main.")); err != nil {
				return err
			}
		}
		if err := m.overlaidDerived(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// overlayTable gives the SELECT over the rows of t that are left alone and the
// copied ones.
func (m *mounts) overlayTable(ctx context.Context, t string, list []Change) (string, error) {
	key, copied := overlaid[t], "memory.main."+ident("+"+t)
	var keys []any
	seen := map[any]bool{}
	for _, c := range list {
		if !seen[c.Key] {
			seen[c.Key] = true
			keys = append(keys, c.Key)
		}
	}
	do := func(q string, args ...any) error {
		_, err := m.conn.ExecContext(ctx, q, args...)
		return err
	}
	if err := do("CREATE OR REPLACE TABLE " + copied + " AS SELECT * FROM client.main." + ident(t) + " LIMIT 0"); err != nil {
		return "", err
	}
	keyed := "memory.main." + ident("+keys "+t)
	if err := do("CREATE OR REPLACE TABLE " + keyed + " AS SELECT " + ident(key) + " FROM client.main." + ident(t) + " LIMIT 0"); err != nil {
		return "", err
	}
	for len(keys) > 0 {
		n := min(len(keys), overlayChunk)
		if err := do("INSERT INTO "+keyed+" VALUES "+strings.TrimSuffix(strings.Repeat("(?), ", n), ", "), keys[:n]...); err != nil {
			return "", err
		}
		keys = keys[n:]
	}
	if err := do("INSERT INTO " + copied + " SELECT * FROM client.main." + ident(t) + " WHERE " + ident(key) + " IN (SELECT " + ident(key) + " FROM " + keyed + ")"); err != nil {
		return "", err
	}
	for len(list) > 0 {
		q, args, n := change(copied, key, list)
		if err := do(q, args...); err != nil {
			return "", err
		}
		list = list[n:]
	}
	return "SELECT * FROM client.main." + ident(t) + " WHERE " + ident(key) + " NOT IN (SELECT " + ident(key) + " FROM " + keyed + ") UNION ALL SELECT * FROM " + copied, nil
}

// overlayChunk bounds the rows of one statement.
const overlayChunk = 256

// change makes the statement for the first of list, and for those after it
// that add rows with the same columns. It gives how many it took.
func change(table, key string, list []Change) (q string, args []any, n int) {
	c := &list[0]
	cols := sortedKeys(c.Set)
	if !c.Add {
		where := []string{ident(key) + " = ?"}
		q = "DELETE FROM " + table
		if len(cols) > 0 {
			sets := make([]string, len(cols))
			for i, col := range cols {
				sets[i] = ident(col) + " = ?"
				args = append(args, c.Set[col])
			}
			q = "UPDATE " + table + " SET " + strings.Join(sets, ", ")
		}
		args = append(args, c.Key)
		for _, col := range sortedKeys(c.Match) {
			where = append(where, ident(col)+" IS NOT DISTINCT FROM ?")
			args = append(args, c.Match[col])
		}
		return q + " WHERE " + strings.Join(where, " AND "), args, 1
	}
	names := []string{ident(key)}
	for _, col := range cols {
		names = append(names, ident(col))
	}
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
	var rows []string
	for n < len(list) && n < overlayChunk && list[n].Add && sameColumns(list[n].Set, cols) {
		args = append(args, list[n].Key)
		for _, col := range cols {
			args = append(args, list[n].Set[col])
		}
		rows = append(rows, row)
		n++
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", table, strings.Join(names, ", "), strings.Join(rows, ", ")), args, n
}

func sameColumns(set map[string]any, cols []string) bool {
	if len(set) != len(cols) {
		return false
	}
	have := make([]string, 0, len(set))
	for c := range set {
		have = append(have, c)
	}
	sort.Strings(have)
	for i := range have {
		if have[i] != cols[i] {
			return false
		}
	}
	return true
}
