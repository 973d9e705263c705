package filematch

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"time"

	"clientbase/connectors"
	"clientbase/dedupe"
	"clientbase/internal/errs"
	"clientbase/transforms"
)

// Stage is told that a stage begins, with the expected total (0 = unknown) in
// unit; what it returns is called when the stage is over.
type Stage func(name string, total int64, unit string) (done func())

// Options steer `dedupe FILE`. All are optional.
type Options struct {
	ID        string            // column that names the records; "" = number of the data row
	Map       map[string]string // column → attribute
	Truth     string            // column with the true party; never a feature
	Region    string
	Link      bool   // two files, each free of duplicates: one-to-one links
	Confident bool   // only merges of the merge zone
	Explain   string // ID1,ID2: the pair to explain
	Threads   int
	Memory    int64 // bytes to stay near; 0 = any
}

// Result is what `dedupe FILE` found.
type Result struct {
	Records int             `json:"records"`
	Clients int             `json:"clients"`
	Pairs   int64           `json:"pairs"`
	Edges   int             `json:"edges"`
	Seconds float64         `json:"seconds"`
	Columns []string        `json:"columns"` // how each column was understood
	Notes   []string        `json:"notes,omitempty"`
	Recall  *dedupe.Recall  `json:"recall,omitempty"` // of blocking, estimated without labels
	False   float64         `json:"false_merges_per_100000"`
	Asks    int             `json:"asks"` // questions of the ask zone
	Truth   *dedupe.Quality `json:"truth,omitempty"`
	Sure    *dedupe.Quality `json:"truth_confident,omitempty"`
	Judged  *Judgement      `json:"judgement,omitempty"`
	Merge   float64         `json:"merge_bits"` // from which the clients given were merged

	t      *fileTable
	unique []string // how the matcher calls the records, see name
	byID   bool     // by a column, not by the number of the row
	part   *dedupe.Partition
	edges  []dedupe.Edge
	asks   []dedupe.Edge
	model  *dedupe.Model
	prep   *dedupe.Prepared
	scale  *dedupe.Scale
	pair   *dedupe.Standing
	link   bool
	sure   bool
}

// Resolve reads one file (or two to be linked), recognises and cleanses its
// columns, and resolves its records without any configuration.
func Resolve(ctx context.Context, slices []connectors.Slice, o Options, stage Stage) (*Result, error) {
	start := time.Now()
	if o.Region != "" && !transforms.KnownRegion(o.Region) {
		return nil, errs.New(errs.Config, "dedupe", "", "no country "+strconv.Quote(o.Region), "--region RU, UA, KZ, BY or another ISO 3166 code")
	}
	res := &Result{link: o.Link, sure: o.Confident}
	t, err := readTable(ctx, slices, o.Memory, func(n string) { res.Notes = append(res.Notes, n) })
	if err != nil {
		return nil, err
	}
	if t.rows == 0 {
		return nil, errs.New(errs.Input, "dedupe", slices[0].Info().Name, "there are no rows", "check the file")
	}
	res.t, res.Records = t, t.rows
	without := map[int]bool{}
	idCol, truthCol := -1, -1
	for _, x := range []struct {
		name string
		col  *int
	}{{o.ID, &idCol}, {o.Truth, &truthCol}} {
		if x.name == "" {
			continue
		}
		if *x.col, err = t.find(x.name); err != nil {
			return nil, err
		}
		without[*x.col] = true
	}
	roles, err := t.roles(o.Map, without)
	if err != nil {
		return nil, err
	}
	res.describe(roles, without, o)
	table, err := res.table(ctx, roles, idCol, o)
	if err != nil {
		return nil, err
	}
	t.release(idCol, truthCol)
	pair, err := res.pairOf(o.Explain)
	if err != nil {
		return nil, err
	}
	set := dedupe.Settings{Workers: o.Threads}
	done := stage("train", 0, "")
	prep, err := dedupe.Prepare(table, nil)
	if err == nil {
		res.prep = prep
		res.model, err = prep.Train(ctx, set)
	}
	done()
	if err != nil {
		return nil, err
	}
	res.Notes = append(res.Notes, res.model.Notes...)
	done = stage("match", int64(t.rows), "records")
	edges, err := prep.Score(ctx, res.model, nil, set)
	if err == nil {
		err = prep.Confide(ctx, res.model, edges, set)
	}
	if err == nil {
		res.part, err = prep.Cluster(ctx, res.model, edges, nil, set)
	}
	done()
	if err != nil {
		return nil, err
	}
	res.edges, res.Pairs, res.Edges = edges.List, edges.Pairs, len(edges.List)
	res.Clients, res.Merge = res.part.Clusters, res.model.Merge
	if o.Confident {
		res.Clients, res.Merge = res.part.Sure, res.model.Confident
	}
	res.Notes = append(res.Notes, res.part.Notes...)
	if err := res.weighUp(edges, set); err != nil {
		return nil, err
	}
	if pair != nil {
		if res.pair, err = prep.Stand(res.model, edges, res.part, res.sure, pair[0], pair[1]); err != nil {
			return nil, err
		}
		res.callByName(res.pair)
	}
	if truthCol >= 0 {
		done = stage("judge", 0, "")
		err = res.judge(ctx, truthCol, edges, set)
		done()
		if err != nil {
			return nil, err
		}
	}
	res.Seconds = time.Since(start).Seconds()
	return res, nil
}

// describe says how each column was understood.
func (res *Result) describe(roles []dedupe.RoleGuess, without map[int]bool, o Options) {
	for i, g := range roles {
		name := res.t.names[i]
		switch {
		case without[i] && name == o.Truth:
			res.Columns = append(res.Columns, name+": the truth, not used")
		case without[i]:
			res.Columns = append(res.Columns, name+": names the records")
		default:
			word := g.Role.String()
			if g.Attribute != "" && g.Attribute != word {
				word += " (" + g.Attribute + ")"
			}
			res.Columns = append(res.Columns, name+": "+word+", "+g.Why)
		}
	}
}

// table builds the match table: record names, sources and columns.
func (res *Result) table(ctx context.Context, roles []dedupe.RoleGuess, idCol int, o Options) (*dedupe.Table, error) {
	t := res.t
	cols, err := t.matchColumns(ctx, roles, o.Region, o.Threads)
	if err != nil {
		return nil, err
	}
	if len(cols) == 0 {
		return nil, errs.New(errs.Input, "dedupe", "", "no column can be compared", "name them: --map name=full_name,tel=phone")
	}
	res.byID = idCol >= 0
	row := [2]int{}
	var seen [2][]int32 // per file and value of the id column: 1 + its row
	var all strings.Builder
	ends := make([]int, t.rows)
	for i := range ends {
		file := t.file[i]
		row[file]++
		all.WriteString(fileMarks[file])
		if !res.byID { // zero-padded, so that names sort as numbers do
			number := strconv.Itoa(row[file])
			all.WriteString("000000000000"[min(12, len(number)):])
			all.WriteString(number)
			ends[i] = all.Len()
			continue
		}
		col := t.cols[idCol]
		all.WriteString(col.at(i))
		ends[i] = all.Len()
		if seen[file] == nil {
			seen[file] = make([]int32, col.dict.Len())
		}
		v := uint32(0)
		if i < len(col.id) {
			v = col.id[i]
		}
		if first := seen[file][v]; first != 0 {
			return nil, errs.New(errs.Input, "dedupe", "column "+o.ID, fmt.Sprintf("rows %d and %d have one id", first, i+1), "use another --id, or none: rows are then numbered")
		}
		seen[file][v] = int32(i) + 1
	}
	res.unique = make([]string, t.rows)
	for i, from := 0, 0; i < t.rows; i++ {
		res.unique[i] = all.String()[from:ends[i]]
		from = ends[i]
	}
	table := &dedupe.Table{Rows: t.rows, Record: res.unique, Cols: cols}
	table.Within(o.Memory)
	if o.Link {
		table.Source, table.NoDup = t.file, []bool{true, true}
	}
	return table, table.Check()
}

// fileMarks begin the names of the records of each file, so that no two are one.
var fileMarks = [2]string{"1|", "2|"}

// name is how the file calls a record.
func (res *Result) name(i int) string {
	n := res.unique[i][len(fileMarks[0]):]
	if res.byID {
		return n
	}
	return strings.TrimLeft(n, "0")
}

func (res *Result) cluster() []uint32 {
	if res.sure {
		return res.part.Confident
	}
	return res.part.Cluster
}

// WriteClients writes record_id,client_id in the order of the file (with
// file=1|2 when linking). A client is called by its least record id, so that
// the order of the rows does not matter.
func (res *Result) WriteClients(w io.Writer) error {
	of := res.cluster()
	least := make([]int, len(of)) // per cluster: a row, 1 + its number
	for i, c := range of {
		if j := least[c]; j == 0 || res.less(i, j-1) {
			least[c] = i + 1
		}
	}
	out := csv.NewWriter(w)
	head := []string{"record_id", "client_id"}
	if res.link {
		head = append(head, "file")
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for i, c := range of {
		client := res.name(least[c] - 1)
		if res.link {
			client = fmt.Sprintf("%d:%s", res.t.file[least[c]-1]+1, client)
		}
		line := []string{res.name(i), client}
		if res.link {
			line = append(line, strconv.Itoa(int(res.t.file[i])+1))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// less orders records by file, then id: shorter first, so that 9 comes before 10.
func (res *Result) less(i, j int) bool {
	if res.t.file[i] != res.t.file[j] {
		return res.t.file[i] < res.t.file[j]
	}
	a, b := res.name(i), res.name(j)
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// WriteEdges writes the scored pairs: id_l,id_r,bits,p,rule.
func (res *Result) WriteEdges(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"id_l", "id_r", "bits", "p", "rule"}); err != nil {
		return err
	}
	list := append([]dedupe.Edge(nil), res.edges...)
	for i := range list {
		list[i] = res.inOrder(list[i])
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].A != list[j].A {
			return res.less(int(list[i].A), int(list[j].A))
		}
		return res.less(int(list[i].B), int(list[j].B))
	})
	for _, e := range list {
		if err := out.Write(append(res.edgeCells(e), res.model.RuleName(e.Rule))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// inOrder gives an edge with its lesser record first.
func (res *Result) inOrder(e dedupe.Edge) dedupe.Edge {
	if res.less(int(e.B), int(e.A)) {
		e.A, e.B = e.B, e.A
	}
	return e
}

// edgeCells are the first cells of a line about a pair.
func (res *Result) edgeCells(e dedupe.Edge) []string {
	return []string{res.name(int(e.A)), res.name(int(e.B)), strconv.FormatFloat(float64(e.Bits), 'f', 3, 32),
		strconv.FormatFloat(res.scale.Probability(float64(e.Bits)), 'f', 6, 64)}
}
