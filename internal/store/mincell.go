package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"clientbase/internal/errs"
)

// Tables that tell nothing of single clients: a role that sees no rows may
// still read all of these.
var impersonal = words("batches streams quality_profile quality_reasons quality_junk code_values code_lists")

// Aggregates that a role without rows may use: none of them gives one client's
// value.
var groupAggregates = words("count count_star sum avg mean")

// Kinds of syntax node that may stand in such a statement.
var groupNodes = words("SELECT_NODE BASE_TABLE JOIN EMPTY ORDER_MODIFIER LIMIT_MODIFIER DISTINCT_MODIFIER ORDER_DEFAULT ASCENDING DESCENDING " +
	"DECIMAL_TYPE_INFO LIST_TYPE_INFO STRUCT_TYPE_INFO ARRAY_TYPE_INFO STRING_TYPE_INFO GENERIC_TYPE_INFO UNBOUND_TYPE_INFO")

const groupHint = "ask for groups: SELECT city, count(*) FROM clients GROUP BY city"

// atLeast gives the statement so changed that each row of its result is made of
// at least min clients: of every table of clients that it reads, and of every
// column that it counts or adds up. It refuses what could tell a single
// client's value all the same. The rule, in words: one SELECT over tables and
// joins, count, sum and avg of plain columns, without FILTER; rows of smaller
// groups are left out.
func (st *statement) atLeast(ctx context.Context, c *sql.Conn, min int) (string, error) {
	personal := false
	for t := range st.tables {
		personal = personal || !impersonal[t]
	}
	if !personal {
		return "", nil
	}
	g := &groups{aggregates: map[string]bool{}, min: min}
	rows, err := c.QueryContext(ctx, "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'")
	if err != nil {
		return "", wrapQuery(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return "", wrapQuery(err)
		}
		g.aggregates[n] = true
	}
	if err := rows.Err(); err != nil {
		return "", wrapQuery(err)
	}
	doc, err := exactJSON(st.raw)
	if err != nil {
		return "", err
	}
	stmts, _ := doc["statements"].([]any)
	stmt, _ := stmts[0].(map[string]any)
	node, _ := stmt["node"].(map[string]any)
	if err := g.walk(node); err != nil {
		return "", err
	}
	if err := g.from(node["from_table"]); err != nil {
		return "", err
	}
	if err := g.having(ctx, c, node); err != nil {
		return "", err
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return "", errs.Hidden(errs.Bug, "query", "", "the statement cannot be written down", err, "report it")
	}
	var q string
	if err := oneOf(ctx, c, "SELECT json_deserialize_sql(CAST(? AS JSON))", string(text), &q); err != nil {
		return "", wrapQuery(err)
	}
	return q, nil
}

func oneOf(ctx context.Context, c *sql.Conn, q, arg string, dest ...any) error {
	return c.QueryRowContext(ctx, q, arg).Scan(dest...)
}

// exactJSON reads JSON without rounding its numbers.
func exactJSON(text string) (map[string]any, error) {
	var out map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		return nil, errs.Hidden(errs.Bug, "query", "", "the parser's answer is not readable", err, "report it")
	}
	return out, nil
}

// groups collects what the rows of a result are made of.
type groups struct {
	aggregates map[string]bool // all that the engine has
	min        int
	people     []string // names of the tables of clients, as the statement calls them
	made       []string // columns that are counted or added up, as SQL
}

func tooFine(msg string) error {
	return errs.New(errs.Config, "query", "", "this role sees groups of clients, no single ones: "+msg, groupHint)
}

// walk judges every node of the tree.
func (g *groups) walk(v any) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := g.walk(e); err != nil {
				return err
			}
		}
	case map[string]any:
		if err := g.node(v); err != nil {
			return err
		}
		for _, k := range sortedKeys(v) {
			if k == "value" && text(v["class"]) == "CONSTANT" {
				continue
			}
			if err := g.walk(v[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *groups) node(v map[string]any) error {
	switch class := text(v["class"]); class {
	case "":
	case "SUBQUERY", "WINDOW", "STAR", "LAMBDA":
		return tooFine("no subqueries, windows, stars or lambdas")
	case "FUNCTION":
		return g.function(v)
	default:
		return nil
	}
	if m, ok := v["cte_map"].(map[string]any); ok {
		if list, _ := m["map"].([]any); len(list) > 0 {
			return tooFine("no WITH")
		}
	}
	if v["sample"] != nil || v["qualify"] != nil {
		return tooFine("no SAMPLE and no QUALIFY")
	}
	if typ := text(v["type"]); typ != "" && text(v["class"]) == "" && !groupNodes[typ] {
		return tooFine("one SELECT over tables and joins, nothing else")
	}
	return nil
}

func (g *groups) function(v map[string]any) error {
	n := strings.ToLower(text(v["function_name"]))
	if !g.aggregates[n] {
		return nil
	}
	if !groupAggregates[n] {
		return tooFine("count, sum and avg, not " + printable(n))
	}
	if v["filter"] != nil {
		return tooFine("no FILTER: put the condition into WHERE")
	}
	args, _ := v["children"].([]any)
	for _, a := range args {
		m, _ := a.(map[string]any)
		names, _ := m["column_names"].([]any)
		if text(m["class"]) != "COLUMN_REF" || len(names) == 0 {
			return tooFine("count, sum and avg of plain columns")
		}
		var parts []string
		for _, name := range names {
			parts = append(parts, ident(text(name)))
		}
		g.made = append(g.made, strings.Join(parts, "."))
	}
	return nil
}

// from finds the tables of clients.
func (g *groups) from(v any) error {
	m, _ := v.(map[string]any)
	switch text(m["type"]) {
	case "JOIN":
		if err := g.from(m["left"]); err != nil {
			return err
		}
		return g.from(m["right"])
	case "BASE_TABLE":
		if list, _ := m["column_name_alias"].([]any); len(list) > 0 {
			return tooFine("no other names for columns of a table")
		}
		name := text(m["table_name"])
		if impersonal[strings.ToLower(name)] {
			return nil
		}
		if as := text(m["alias"]); as != "" {
			name = as
		}
		g.people = append(g.people, ident(name))
	}
	return nil
}

// having adds the condition.
func (g *groups) having(ctx context.Context, c *sql.Conn, node map[string]any) error {
	var conds []string
	for _, t := range g.people {
		conds = append(conds, fmt.Sprintf("count(DISTINCT %s.client_id) >= %d", t, g.min))
		for _, col := range g.made {
			conds = append(conds, fmt.Sprintf("count(DISTINCT %s.client_id) FILTER (WHERE %s IS NOT NULL) >= %d", t, col, g.min))
		}
	}
	var out string
	if err := oneOf(ctx, c, "SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", "SELECT 1 HAVING "+strings.Join(conds, " AND "), &out); err != nil {
		return wrapQuery(err)
	}
	doc, err := exactJSON(out)
	if err != nil {
		return err
	}
	stmts, _ := doc["statements"].([]any)
	if len(stmts) != 1 {
		return errs.New(errs.Bug, "query", "", "the condition of smallest groups cannot be written", "report it")
	}
	ours := stmts[0].(map[string]any)["node"].(map[string]any)["having"]
	if theirs := node["having"]; theirs != nil {
		ours = map[string]any{"class": "CONJUNCTION", "type": "CONJUNCTION_AND", "alias": "", "query_location": json.Number("0"), "children": []any{theirs, ours}}
	}
	node["having"] = ours
	return nil
}
