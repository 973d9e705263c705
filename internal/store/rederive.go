package store

import (
	"context"
	"slices"
	"strings"

	"clientbase/schemas"
)

// rederive computes the derived rows of memory.hot.clients anew. What a join would
// look for in all references, accounts or clients of the bank is picked out before.
func (s *Staging) rederive(ctx context.Context) error {
	hot := " SEMI JOIN memory.hot.clients USING (client_no)"
	tokens := []string{"SELECT token, kind FROM client.main.refs" + hot}
	for _, v := range tokenViews {
		tokens = append(tokens, "SELECT token, "+quote(strings.TrimSuffix(v, "_clients"))+" FROM derived.main."+v+hot)
	}
	var gone []string
	for _, d := range derivedViews {
		gone = append(gone, "DELETE FROM derived.main."+d.name+" WHERE client_no IN (SELECT client_no FROM memory.hot.clients)")
	}
	err := s.together(ctx, []string{"CREATE TABLE memory.hot.tokens AS " + strings.Join(tokens, " UNION ALL ")}, gone,
		[]string{"CREATE TABLE memory.hot.people AS SELECT client_no, client_id, since FROM client.main.clients" + hot})
	if err != nil {
		return err
	}
	facts, err := s.hotFacts(ctx)
	if err != nil {
		return err
	}
	led := strings.NewReplacer("client.main.refs", "memory.hot.leads", "client.main.clients", "memory.hot.people")
	var views []string
	for _, k := range s.spec.Facts {
		switch from, ok := facts[k.Name]; {
		case !ok:
		case k.Monthly:
			views = append(views, "CREATE OR REPLACE VIEW memory.attached."+ViewName(k)+" AS "+led.Replace(attachedColumns(k, from, isRead(k))))
		default:
			views = append(views, "CREATE OR REPLACE VIEW memory.hot."+ViewName(k)+" AS "+led.Replace(factView(k, from, "client.main.")))
		}
	}
	if err := s.mounts.exec(ctx, views...); err != nil {
		return err
	}
	return s.derivedAnew(ctx, facts)
}

// hotFacts picks out the facts of memory.hot.clients and what leads to whose they
// are. It gives the tables by kind.
func (s *Staging) hotFacts(ctx context.Context) (map[string]string, error) {
	set, err := s.tokensOf(ctx, "memory.hot.tokens")
	if err != nil {
		return nil, err
	}
	facts, leads, lists := map[string]string{}, []string{}, [][]string{}
	for _, k := range s.spec.Facts {
		from, ok := s.derivedFrom(k)
		if !ok {
			continue
		}
		led := set.in(k.Refs)
		if led == "" {
			led = "false"
		}
		facts[k.Name] = "memory.hot." + ident(k.Name)
		leads = append(leads, tokensIn(tokenColumns(k), facts[k.Name]))
		list := []string{"CREATE TABLE " + facts[k.Name] + " AS SELECT * FROM " + from + " WHERE " + led}
		if k.Monthly { // these take longest
			list[0] = strings.Replace(list[0], "*", idents(readColumns(k)), 1)
			lists = append([][]string{list}, lists...)
		} else {
			lists = append(lists, list)
		}
	}
	if err := s.together(ctx, lists...); err != nil {
		return nil, err
	}
	if err := s.mounts.exec(ctx, "CREATE TABLE memory.hot.needed AS SELECT DISTINCT token, kind FROM ("+strings.Join(leads, " UNION ALL ")+") WHERE token IS NOT NULL"); err != nil {
		return nil, err
	}
	needed := tokenSet{table: "memory.hot.needed"}
	lists = [][]string{{"CREATE TABLE memory.hot.leads AS SELECT * FROM client.main.refs SEMI JOIN memory.hot.needed USING (token)"}}
	for _, v := range tokenViews {
		some := "memory.hot." + ident(v+" needed")
		lists = append(lists, []string{"CREATE TABLE " + some + " AS SELECT * FROM derived.main." + v + " WHERE token IN " + needed.of(strings.TrimSuffix(v, "_clients")),
			"CREATE OR REPLACE VIEW memory.attached." + v + " AS SELECT * FROM " + some})
	}
	return facts, s.together(ctx, lists...)
}

// datedColumns are what the derived tables read of dated facts, beside tokens.
var datedColumns = []string{"at", "kind"}

// readColumns names the columns of dated facts that derived tables read.
func readColumns(k schemas.FactKind) []string { return append(tokenColumns(k), datedColumns...) }

// isRead tells whether a column is among readColumns.
func isRead(k schemas.FactKind) func(column string) bool {
	return func(column string) bool { return slices.Contains(readColumns(k), column) }
}

// derivedAnew writes the rows of the derived tables, first of those that stand on no
// other.
func (s *Staging) derivedAnew(ctx context.Context, facts map[string]string) error {
	hot := " SEMI JOIN memory.hot.clients USING (client_no)"
	few := strings.NewReplacer("memory.main.client_consents", "memory.hot.client_consents", "client.main.refs", "memory.hot.leads",
		"client.main.clients", "memory.hot.people", "memory.main.clients", "memory.hot.people", "client.main.identities", "(FROM client.main.identities"+hot+")")
	there, added := map[string]bool{}, "added"
	var puts [][]string // of the tables that are computed
	for len(there) < len(derivedViews) {
		lists := puts
		puts = nil
		for _, d := range derivedLevel(there) {
			lists = append(lists, []string{"CREATE TABLE memory.hot." + d.name + " AS SELECT * FROM (" + few.Replace(s.mounts.computedFrom(d.attached, facts)) + "\n)" + hot,
				"CREATE OR REPLACE VIEW memory.attached." + d.name + " AS SELECT * FROM memory.hot." + d.name})
			puts = append(puts, []string{"INSERT INTO derived.main." + d.name + " SELECT * FROM memory.hot." + d.name + " ORDER BY client_no"})
			added += " + (SELECT count(*) FROM memory.hot." + d.name + ")"
			there[d.name] = true
		}
		if err := s.together(ctx, lists...); err != nil {
			return err
		}
	}
	return s.together(ctx, append(puts, []string{"UPDATE derived.main.made SET added = " + added})...)
}

// derivedLevel gives the derived views that are not there and read none that is not.
func derivedLevel(there map[string]bool) (level []derivedView) {
	for _, d := range derivedViews {
		if !there[d.name] && !slices.ContainsFunc(derivedViews, func(on derivedView) bool { return !there[on.name] && slices.Contains(d.on, on.name) }) {
			level = append(level, d)
		}
	}
	return level
}
