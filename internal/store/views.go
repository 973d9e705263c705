package store

import (
	"fmt"
	"slices"
	"strings"

	"clientbase/schemas"
)

// ViewName is the documented name of a fact kind: transactions, interactions,
// balances for dated facts, client_accounts and so on for keyed ones.
func ViewName(k schemas.FactKind) string {
	if k.Monthly {
		return k.Name + "s"
	}
	return "client_" + k.Name + "s"
}

// factView is the SELECT behind a fact view: the fact's columns with the
// client its references lead to. References are tried in the kind's order; the
// first that leads to exactly one client wins; a reference that several
// clients hold attaches nothing. at prefixes table names ("client.main." when
// the view stands outside client.duckdb).
func factView(k schemas.FactKind, from, at string) string {
	var cols, joins, nos, many []string
	for i, ref := range k.Refs {
		r := fmt.Sprintf("r%d", i)
		joins = append(joins, fmt.Sprintf("LEFT JOIN %s%s %s ON %s.token = f.%s", at, refTable(ref), r, r, ident(ref)))
		nos = append(nos, fmt.Sprintf("CASE WHEN %s.holders = 1 THEN %s.client_no END", r, r))
		many = append(many, fmt.Sprintf("coalesce(%s.holders, 0) > 1", r))
	}
	for _, c := range factColumns(k) {
		cols = append(cols, "f."+ident(c.name)+" AS "+ident(viewColumn(c.name)))
	}
	no := "coalesce(" + strings.Join(append(nos, "NULL"), ", ") + ")"
	sel := fmt.Sprintf("SELECT c.client_id, CASE WHEN c.client_no IS NOT NULL THEN 'attached' WHEN %s THEN 'ambiguous' ELSE 'unresolved' END AS resolution, %s",
		strings.Join(append(many, "false"), " OR "), strings.Join(cols, ", "))
	if k.Name == "link" {
		sel = strings.Replace(sel, "SELECT c.client_id,", "SELECT c.client_id, o.client_id AS other_client_id,", 1)
		joins = append(joins,
			fmt.Sprintf("LEFT JOIN %srefs t ON t.token = f.\"to\"", at),
			fmt.Sprintf("LEFT JOIN %saccount_clients ta ON ta.token = f.account", at))
	}
	q := sel + " FROM " + from + " f " + strings.Join(joins, " ") + fmt.Sprintf(" LEFT JOIN %sclients c ON c.client_no = %s", at, no)
	if k.Name == "link" {
		q += fmt.Sprintf(" LEFT JOIN %sclients o ON o.client_no = CASE WHEN f.\"to\" IS NOT NULL THEN CASE WHEN t.holders = 1 THEN t.client_no END WHEN ta.holders = 1 THEN ta.client_no END", at)
	}
	return q
}

// viewColumn is the name of a fact column in views: words that SQL reserves
// would have to be quoted in every query.
func viewColumn(name string) string { return ViewColumn(name) }

// ViewColumn is the name that a field of a fact has in its view.
func ViewColumn(name string) string {
	switch name {
	case "at":
		return "at_time"
	case "from", "to":
		return name + "_ref"
	}
	return name
}

// refTable names what resolves a reference column.
func refTable(ref string) string {
	switch ref {
	case schemas.RefAccount:
		return "account_clients"
	case schemas.RefCard:
		return "card_clients"
	}
	return "refs"
}

// monthsView is the union of month files for a kind, with its columns even
// when there is no file. Columns are listed, not matched BY NAME: planning a
// union of 300 months is ten times faster so.
func monthsView(k schemas.FactKind, files []FactFile, attached map[string]string) string {
	part := func(has func(string) bool, from string) string {
		var cols []string
		for _, c := range factColumns(k) {
			if has(c.name) {
				cols = append(cols, ident(c.name))
			} else {
				cols = append(cols, fmt.Sprintf("CAST(NULL AS %s) AS %s", c.typ, ident(c.name)))
			}
		}
		return "SELECT " + strings.Join(cols, ", ") + from
	}
	parts := []string{part(func(string) bool { return false }, " WHERE false")}
	for _, f := range files {
		parts = append(parts, part(func(c string) bool { return slices.Contains(f.Columns, c) }, " FROM "+ident(attached[f.File])+".main.fact"))
	}
	return "(" + strings.Join(parts, " UNION ALL ") + ")"
}
