package transforms

import (
	_ "embed" // the list of tables
	"strconv"
	"strings"
)

//go:embed data/TABLES.tsv
var tablesTSV string

// Table is a dictionary that the program carries: a file under data/ with its
// version, where it comes from and under which licence it may be used.
type Table struct {
	Name    string   `json:"name"` // "names/given.tsv"
	Version int      `json:"version"`
	SHA256  string   `json:"sha256"`
	Rules   []string `json:"rules"` // rules that read it
	Source  string   `json:"source"`
	Licence string   `json:"licence"`
}

// Tables lists the dictionaries by name. A test holds each version to the bytes
// of its file: whoever changes a table raises its version and, where a result can
// change, that of its rules.
func Tables() []Table {
	var out []Table
	tsvRows(tablesTSV, 6, func(r []string) {
		version, _ := strconv.Atoi(r[1]) // the test refuses what is no number
		out = append(out, Table{Name: r[0], Version: version, SHA256: r[2], Rules: strings.Split(r[3], ","), Source: r[4], Licence: r[5]})
	})
	return out
}
