package store

import (
	"context"
	"database/sql"
	_ "embed" // function list
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"clientbase/internal/errs"
)

// functions.txt is the allow-list of scalar, aggregate and window functions
// and operators of an analyst's query: those of DuckDB 1.5.5 without any that
// read settings, sessions, files, sequences, logs, other SQL text or chance,
// or that wait. A function of a later DuckDB is refused until it is listed.
//
//go:embed sql/functions.txt
var functionList string

var (
	valueWords     = words("current_user session_user user current_role current_catalog current_schema current_database current_setting")
	tableFunctions = words("range generate_series unnest json_each json_tree")
)

// Kinds of syntax node that may stand in a query. Everything else is refused.
var (
	exprClasses = words("CONSTANT COLUMN_REF FUNCTION WINDOW CASE BETWEEN OPERATOR SUBQUERY CAST LAMBDA LAMBDA_REF COLLATE STAR COMPARISON CONJUNCTION POSITIONAL_REFERENCE")
	nodeTypes   = words("SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE EMPTY BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EXPRESSION_LIST " +
		"ORDER_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER DISTINCT_MODIFIER ORDER_DEFAULT ASCENDING DESCENDING " +
		"DECIMAL_TYPE_INFO LIST_TYPE_INFO STRUCT_TYPE_INFO ARRAY_TYPE_INFO STRING_TYPE_INFO GENERIC_TYPE_INFO UNBOUND_TYPE_INFO")
	cteName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_]*$`)
)

func words(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

// statement is an accepted query: the tables and columns that it names.
type statement struct {
	tables  map[string]bool
	columns map[string]bool
	ctes    map[string]bool
	raw     string          // the tree, as the parser gave it
	allow   map[string]bool // functions
}

// parse accepts exactly one SELECT (or WITH … SELECT, FROM …, VALUES …) that
// uses nothing but listed functions and unqualified names of tables; the
// caller checks the tables. DuckDB's own parser makes the tree, so that what
// is judged is what will run.
func parse(ctx context.Context, c *sql.Conn, q string) (*statement, error) {
	var text string
	if err := c.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", q).Scan(&text); err != nil {
		return nil, wrapQuery(err)
	}
	var doc struct {
		Error      bool             `json:"error"`
		Type       string           `json:"error_type"`
		Message    string           `json:"error_message"`
		Statements []map[string]any `json:"statements"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil { // the engine writes 1e400 as something that is no number
		return nil, refused("a number in the statement is too large to be one")
	}
	switch {
	case doc.Error && doc.Type == "parser":
		return nil, errs.New(errs.Config, "query", "", plain(doc.Message), "check the statement's spelling")
	case doc.Error:
		return nil, refused("only one SELECT or WITH statement can be run")
	case len(doc.Statements) != 1:
		return nil, refused(fmt.Sprintf("%d statements given, only one SELECT or WITH can be run", len(doc.Statements)))
	}
	st := &statement{tables: map[string]bool{}, columns: map[string]bool{}, raw: text, ctes: map[string]bool{}, allow: words(functionList)}
	if err := st.walk(doc.Statements[0]); err != nil {
		return nil, err
	}
	for t := range st.ctes {
		delete(st.tables, t)
	}
	return st, nil
}

func refused(msg string) error {
	return errs.New(errs.Config, "query", "", msg, "`clientbase query --tables` lists what can be read")
}

// walk visits every node of the tree.
func (st *statement) walk(v any) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := st.walk(e); err != nil {
				return err
			}
		}
	case map[string]any:
		if err := st.node(v); err != nil {
			return err
		}
		for _, k := range sortedKeys(v) {
			if k == "value" && text(v["class"]) == "CONSTANT" {
				continue // a literal: no syntax inside
			}
			if err := st.walk(v[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (st *statement) node(v map[string]any) error {
	class, typ := text(v["class"]), text(v["type"])
	if class != "" {
		switch {
		case class == "PARAMETER":
			return refused("parameters (?, $1) have no value here")
		case !exprClasses[class]:
			return refused("this kind of expression is not allowed: " + strings.ToLower(class))
		case class == "FUNCTION" || class == "WINDOW":
			return st.function(v)
		case class == "COLUMN_REF":
			// the engine turns some bare words into function calls
			if n, ok := v["column_names"].([]any); ok && len(n) == 1 && valueWords[strings.ToLower(text(n[0]))] {
				return refused("the function " + printable(strings.ToLower(text(n[0]))) + " is not allowed")
			} else if ok && len(n) > 0 {
				st.columns[strings.ToLower(text(n[len(n)-1]))] = true
			}
		case class == "STAR":
			st.columns["*"] = true
		}
		return nil
	}
	if m, ok := v["cte_map"].(map[string]any); ok {
		if err := st.cteNames(m); err != nil {
			return err
		}
	}
	if typ == "" {
		return nil
	}
	if !nodeTypes[typ] {
		return refused("this kind of clause is not allowed: " + strings.ToLower(typ))
	}
	switch typ {
	case "BASE_TABLE":
		name := text(v["table_name"])
		if text(v["catalog_name"]) != "" || text(v["schema_name"]) != "" || !cteName.MatchString(name) {
			return refused("tables are named without database or schema, files cannot be read")
		}
		if v["at_clause"] != nil {
			return refused("AT is not supported")
		}
		st.tables[strings.ToLower(name)] = true
	case "TABLE_FUNCTION":
		f, _ := v["function"].(map[string]any)
		if n := strings.ToLower(text(f["function_name"])); !tableFunctions[n] {
			return refused("the table function " + printable(n) + " is not allowed")
		}
		st.allow[strings.ToLower(text(f["function_name"]))] = true
	case "RECURSIVE_CTE_NODE", "CTE_NODE":
		if n := text(v["cte_name"]); n != "" {
			return st.cte(n)
		}
	}
	return nil
}

func (st *statement) cteNames(m map[string]any) error {
	list, _ := m["map"].([]any)
	for _, e := range list {
		if kv, ok := e.(map[string]any); ok {
			if err := st.cte(text(kv["key"])); err != nil {
				return err
			}
		}
	}
	return nil
}

func (st *statement) cte(name string) error {
	if !cteName.MatchString(name) {
		return refused("the name after WITH is not a plain word")
	}
	st.ctes[strings.ToLower(name)] = true
	return nil
}

func (st *statement) function(v map[string]any) error {
	n := strings.ToLower(text(v["function_name"]))
	schema := text(v["schema"])
	if text(v["catalog"]) != "" || (schema != "" && schema != "main") || !st.allow[n] {
		return refused("the function " + printable(n) + " is not allowed")
	}
	if at, ok := lengthens[n]; ok {
		return shortEnough(n, v, at)
	}
	if n == "printf" || n == "format" {
		return plainTemplate(n, v)
	}
	return nil
}

// lengthens are the functions that make a long text out of a number, with the
// place of that number. The engine makes such texts beside its memory limit, so
// the number has to be a small one that stands in the statement.
var lengthens = map[string]int{"repeat": 1, "lpad": 1, "rpad": 1, "bar": 3, "list_resize": 1, "array_resize": 1}

const longest = 10_000

// shortEnough refuses a call that makes a text of more than longest times its
// argument, or out of another such call.
func shortEnough(n string, v map[string]any, at int) error {
	args, _ := v["children"].([]any)
	if len(args) <= at {
		return nil // the engine says what is missing
	}
	if times, ok := wholeConstant(args[at]); !ok || times > longest {
		return refused(fmt.Sprintf("%s may be called with a number up to %d that stands in the statement", n, longest))
	}
	if calls(args, lengthens) {
		return refused(n + " may not be called with what another such function made")
	}
	return nil
}

var wideField = regexp.MustCompile(`[0-9]{5}`)

// plainTemplate refuses templates that ask for very wide fields, or that do not
// stand in the statement.
func plainTemplate(n string, v map[string]any) error {
	args, _ := v["children"].([]any)
	if len(args) == 0 {
		return nil
	}
	m, _ := args[0].(map[string]any)
	value, _ := m["value"].(map[string]any)
	template, ok := value["value"].(string)
	if text(m["class"]) != "CONSTANT" || !ok || wideField.MatchString(template) || strings.Contains(template, "*") {
		return refused("the template of " + n + " has to stand in the statement, with fields narrower than 10000")
	}
	return nil
}

// wholeConstant reads a literal number, with or without a cast.
func wholeConstant(v any) (int64, bool) {
	m, _ := v.(map[string]any)
	for text(m["class"]) == "CAST" {
		m, _ = m["child"].(map[string]any)
	}
	if text(m["class"]) != "CONSTANT" {
		return 0, false
	}
	value, _ := m["value"].(map[string]any)
	n, ok := value["value"].(float64)
	return int64(n), ok && n == float64(int64(n))
}

// calls reports that a tree holds a call of one of the functions.
func calls(v any, functions map[string]int) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return calls(e, functions) })
	case map[string]any:
		if _, ok := functions[strings.ToLower(text(v["function_name"]))]; ok {
			return true
		}
		for _, e := range v {
			if calls(e, functions) {
				return true
			}
		}
	}
	return false
}

// printable shows a name that a person typed only when it looks like one.
func printable(n string) string {
	if word.MatchString(`"` + n + `"`) {
		return n
	}
	return "…"
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
