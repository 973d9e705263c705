package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clientbase/internal/disk"
	"clientbase/schemas"
)

// The derived tables of a snapshot that began from an earlier one are those of
// the earlier one, with the rows of some clients computed anew: of those to whom
// a changed reference, account, card or fact led before or leads now, and of
// those for whom a day between the two snapshots has come. What is derived for a
// client depends on nothing else, so the tables are the same as made whole.

// The derived tables are made whole again when the clients in question are more
// than one in hotShare, or when so much was added since they were made whole that
// one row in packShare of them is no longer in the order of clients.
const (
	hotShare  = 4
	packShare = 4
)

// derivedBy says by which texts the derived tables are made: rows made by other
// texts are not carried over.
func (s *Staging) derivedBy() string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, viewsSQL, derivedViews, s.spec.Facts)
	return hex.EncodeToString(h.Sum(nil))
}

// cloneDerived copies the earlier snapshot's derived tables, if it has any, to a
// place where nobody takes them for those of this run.
func (s *Staging) cloneDerived() error {
	path := filepath.Join(s.tmp, derivedName)
	err := disk.Clone(filepath.Join(s.prev.dir, derivedName), path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return errors.Join(err, disk.SyncFile(path))
}

// inheritDerived takes the copy of the earlier snapshot's derived tables and
// attaches it, the earlier snapshot beside it as before. It reports whether they
// can be carried over.
func (s *Staging) inheritDerived(ctx context.Context) (bool, error) {
	if s.prev == nil || s.blind {
		return false, nil
	}
	path := filepath.Join(s.dir, derivedName)
	if err := disk.Rename(filepath.Join(s.tmp, derivedName), path); errors.Is(err, os.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if err := s.mounts.exec(ctx, "ATTACH "+quote(path)+" AS derived (RECOVERY_MODE 'no_wal_writes')",
		"ATTACH IF NOT EXISTS "+quote(filepath.Join(s.prev.dir, clientName))+` AS "before" (READ_ONLY)`); err != nil {
		return false, err
	}
	var fit bool
	err := one(ctx, s.conn, "SELECT count(*) > 0 FROM duckdb_tables() WHERE database_name = 'derived' AND table_name = 'made'", &fit)
	if err == nil && fit {
		err = one(ctx, s.conn, "SELECT count(*) > 0 FROM derived.main.made WHERE texts = "+quote(s.derivedBy())+" AND added * "+fmt.Sprint(packShare)+" < whole", &fit)
	}
	if err == nil && fit { // days only go forward
		err = one(ctx, s.conn, `SELECT coalesce((SELECT max(as_of) FROM "before".main.streams) <= (SELECT max(as_of) FROM client.main.streams), false)`, &fit)
	}
	if err != nil || fit {
		return fit, err
	}
	if err := s.mounts.exec(ctx, "DETACH derived", `DETACH "before"`); err != nil {
		return false, err
	}
	return false, disk.Remove(path)
}

// hotter finds out, from what the run noted, which clients are to be derived
// anew (memory.hot.clients), having brought the owners of accounts and cards up
// to date. It gives their number.
func (s *Staging) hotter(ctx context.Context) (n, of int64, err error) {
	m := s.mounts
	if err := m.exec(ctx, movedSQL...); err != nil {
		return 0, 0, err
	}
	for _, v := range tokenViews { // accounts first: cards follow them
		if err := s.owners(ctx, v); err != nil {
			return 0, 0, err
		}
	}
	var was, now string // as words: the engine then skips what lies outside
	err = one(ctx, s.conn, `SELECT (SELECT max(as_of) FROM "before".main.streams)::VARCHAR, (SELECT max(as_of) FROM client.main.streams)::VARCHAR`, &was, &now)
	if err != nil {
		return 0, 0, err
	}
	when := func(day string) string { // it came between the two snapshots
		return "(" + day + " > DATE " + quote(was) + " AND " + day + " <= DATE " + quote(now) + ")"
	}
	// the facts that lead elsewhere now or whose day has come, and whose they were and are
	moved, err := s.tokensOf(ctx, "memory.hot.moved")
	if err != nil {
		return 0, 0, err
	}
	lists := [][]string{}
	for _, k := range s.spec.Facts {
		from, ok := s.derivedFrom(k)
		if !ok {
			continue
		}
		var some []string
		if led := moved.in(k.Refs); led != "" {
			some = append(some, led)
		}
		if k.Monthly || k.Name == "consent" { // of what is held the days stand in holdings
			some = append(some, when("CAST("+ident(k.Time)+" AS DATE)"))
		}
		for _, only := range some {
			lists = append(lists, []string{"INSERT INTO memory.hot.tokens_led " + tokensIn(k.Refs, from+" WHERE "+only)})
		}
	}
	if err := m.exec(ctx, "CREATE TABLE memory.hot.tokens_led AS SELECT token, kind FROM memory.hot.moved", "CREATE TABLE memory.hot.who (client_no INTEGER)"); err != nil {
		return 0, 0, err
	}
	if err := s.together(ctx, append(lists, s.dayed(when))...); err != nil {
		return 0, 0, err
	}
	if err := m.exec(ctx, "CREATE TABLE memory.hot.led AS SELECT DISTINCT token, kind FROM memory.hot.tokens_led WHERE token IS NOT NULL"); err != nil {
		return 0, 0, err
	}
	led, err := s.tokensOf(ctx, "memory.hot.led")
	if err != nil {
		return 0, 0, err
	}
	lists = nil
	for _, from := range []string{"client.main.refs", "memory.hot.refs_were", "memory.hot.was"} {
		lists = append(lists, []string{"INSERT INTO memory.hot.who SELECT client_no FROM " + from + " SEMI JOIN memory.hot.led USING (token)"})
	}
	for _, v := range tokenViews {
		if kind := strings.TrimSuffix(v, "_clients"); led.kinds[kind] {
			lists = append(lists, []string{"INSERT INTO memory.hot.who SELECT client_no FROM derived.main." + v + " WHERE token IN " + led.of(kind)})
		}
	}
	if err := s.together(ctx, lists...); err != nil {
		return 0, 0, err
	}
	err = m.exec(ctx, "CREATE TABLE memory.hot.clients AS SELECT DISTINCT client_no FROM memory.hot.who WHERE client_no IS NOT NULL")
	if err == nil {
		err = one(ctx, s.conn, "SELECT (SELECT count(*) FROM memory.hot.clients), (SELECT count(*) FROM client.main.clients)", &n, &of)
	}
	return n, of, err
}

// dayed gives the statements that find the clients who stand in the sources since
// another day than before, and those for whom a day has come.
func (s *Staging) dayed(when func(day string) string) []string {
	seen := func(catalog string) string {
		return `SELECT c.client_no, c.since, min(i.valid_from) AS first FROM ` + catalog + `.main.clients c SEMI JOIN memory.hot.touched USING (client_no)
			LEFT JOIN (SELECT client_no, valid_from FROM ` + catalog + `.main.identities SEMI JOIN memory.hot.touched USING (client_no)) i USING (client_no) GROUP BY ALL`
	}
	return []string{
		fmt.Sprintf("CREATE TABLE memory.hot.touched AS SELECT DISTINCT client_no FROM client.main.lineage_generations WHERE generation = %d", s.seq),
		"INSERT INTO memory.hot.who SELECT client_no FROM (" + seen(`"before"`) + " UNION ALL " + seen("client") + ") GROUP BY client_no, since, first HAVING count(*) = 1", // each stands once in either
		"INSERT INTO memory.hot.who SELECT client_no FROM client.main.clients WHERE " + when("since"),
		"INSERT INTO memory.hot.who SELECT client_no FROM client.main.identities WHERE " + when("valid_from"),
		"INSERT INTO memory.hot.who SELECT client_no FROM derived.main.holdings WHERE " + when("since") + " OR " + when("until"),
	}
}

// derivedFrom gives the rows of a kind of facts that derived tables read.
func (s *Staging) derivedFrom(k schemas.FactKind) (string, bool) {
	if len(s.watched(k.Name)) == 0 {
		return "", false
	}
	if k.Monthly {
		return s.mounts.months(k), true
	}
	return "client.main." + ident(k.Name), true
}

// movedSQL finds, from the notes, the references that are others than they were
// (memory.hot.moved, with the tokens of facts that came) and what the noted ones
// were (memory.hot.refs_were).
var movedSQL = []string{
	"CREATE TABLE memory.hot.turns AS SELECT token, min(turn) AS first, max(turn) AS last FROM memory.hot.ref_events GROUP BY token",
	"CREATE TABLE memory.hot.refs_were AS SELECT e.* FROM memory.hot.ref_events e JOIN memory.hot.turns t ON t.token = e.token AND t.first = e.turn WHERE NOT e.put",
	`CREATE TABLE memory.hot.moved AS WITH
		a AS (SELECT e.* FROM memory.hot.ref_events e JOIN memory.hot.turns t ON t.token = e.token AND t.last = e.turn WHERE e.put)
		SELECT coalesce(a.token, b.token) AS token, coalesce(a.kind, b.kind) AS kind FROM a FULL JOIN memory.hot.refs_were b ON a.token = b.token
		WHERE a.token IS NULL OR b.token IS NULL OR a.kind <> b.kind OR a.client_no IS DISTINCT FROM b.client_no OR a.holders <> b.holders
		UNION SELECT token, kind FROM memory.hot.moved_facts WHERE token IS NOT NULL`,
	"CREATE TABLE memory.hot.was (token UUID, client_no INTEGER)",
}

// owners brings one of the views of tokens up to date for the tokens that moved
// and adds to these the tokens that belong to others now. memory.hot.was keeps
// to whom they belonged.
func (s *Staging) owners(ctx context.Context, view string) error {
	_, text, _ := strings.Cut(viewsSQL, "CREATE OR REPLACE VIEW "+view+" AS\n")
	text, _, ok := strings.Cut(text, ";")
	if !ok {
		return errors.New("no text of the view " + view)
	}
	table := strings.TrimSuffix(view, "_clients")
	k, _ := s.spec.kind(table)
	moved, err := s.tokensOf(ctx, "memory.hot.moved")
	if err != nil {
		return err
	}
	var own []string // by the token of the account or card itself, or by what leads to its owner
	if moved.kinds[table] {
		own = append(own, moved.of(table))
	}
	if led := moved.in(k.Refs); led != "" {
		own = append(own, "(SELECT "+ident(table)+" FROM client.main."+ident(table)+" WHERE "+led+")")
	}
	if len(own) == 0 {
		return nil
	}
	var n int64
	if err := s.mounts.exec(ctx, "CREATE OR REPLACE TABLE memory.hot.own AS SELECT DISTINCT token FROM ("+strings.Join(own, " UNION ALL ")+") t(token) WHERE token IS NOT NULL"); err != nil {
		return err
	}
	if err := one(ctx, s.conn, "SELECT count(*) FROM memory.hot.own", &n); err != nil || n == 0 {
		return err
	}
	err = s.together(ctx, []string{"CREATE TABLE memory.hot." + ident(table) + " AS SELECT " + idents(append([]string{table}, k.Refs...)) + " FROM client.main." + ident(table) + " WHERE " + ident(table) + " IN (SELECT token FROM memory.hot.own)"},
		[]string{"CREATE TABLE memory.hot.old AS SELECT * FROM derived.main." + view + " SEMI JOIN memory.hot.own USING (token)"})
	if err != nil {
		return err
	}
	var qs []string
	leads := map[string][]string{}
	for _, ref := range k.Refs {
		leads[refTable(ref)] = append(leads[refTable(ref)], "SELECT "+ident(ref)+" FROM memory.hot."+ident(table))
	}
	for _, t := range sortedKeys(leads) {
		from := "derived.main." + t
		if t == "refs" {
			from = "client.main.refs"
		}
		qs = append(qs, "CREATE OR REPLACE TABLE memory.hot."+t+" AS SELECT * FROM "+from+" WHERE token IN ("+strings.Join(leads[t], " UNION ALL ")+")")
	}
	return s.mounts.exec(ctx, append(qs,
		"USE memory.hot",
		"CREATE TABLE memory.hot.new AS "+text, // it names its tables without a schema: those of hot
		"USE memory",
		"DELETE FROM derived.main."+view+" WHERE token IN (SELECT token FROM memory.hot.old)",
		"INSERT INTO derived.main."+view+" SELECT * FROM memory.hot.new",
		"INSERT INTO memory.hot.moved SELECT token, "+quote(table)+" FROM ((FROM memory.hot.old EXCEPT FROM memory.hot.new) UNION (FROM memory.hot.new EXCEPT FROM memory.hot.old)) WHERE token NOT IN (SELECT token FROM memory.hot.moved)",
		"INSERT INTO memory.hot.was SELECT token, client_no FROM memory.hot.old",
		"DROP TABLE memory.hot."+ident(table), "DROP TABLE memory.hot.old", "DROP TABLE memory.hot.new")...)
}

// deriveDelta writes derived.duckdb from that of the earlier snapshot; false =
// it is to be made whole.
func (s *Staging) deriveDelta(ctx context.Context) (bool, error) {
	ok, err := s.inheritDerived(ctx)
	if !ok {
		return false, err
	}
	m := s.mounts
	m.derived, m.beside = true, true // whose accounts and cards are is read from there
	if err := m.need(ctx, func(view string) bool {
		return slices.ContainsFunc(derivedViews, func(d derivedView) bool {
			return slices.Contains(d.on, strings.TrimPrefix(view, lean(""))) && strings.HasPrefix(view, lean(""))
		})
	}); err != nil {
		return false, err
	}
	n, of, err := s.hotter(ctx)
	if err != nil {
		return false, err
	}
	few := n*hotShare <= of
	if few {
		err = s.rederive(ctx)
	}
	if err != nil {
		return false, err
	}
	if err := m.exec(ctx, "DROP SCHEMA memory.attached CASCADE", `DETACH "before"`); err != nil {
		return false, err
	}
	m.have, m.derived = map[string]bool{}, false
	if few {
		return true, m.exec(ctx, "CHECKPOINT derived", "DETACH derived")
	}
	if err := m.exec(ctx, "DETACH derived"); err != nil {
		return false, err
	}
	return false, disk.Remove(filepath.Join(s.dir, derivedName))
}
