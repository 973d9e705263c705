package transformtest

import (
	"fmt"
	"sort"
	"strings"

	"clientbase/schemas"
	"clientbase/transforms"
)

// AsOf is the business day of every case: 2026-11-01.
const AsOf = 20758

// Told is what the cases of a file showed.
type Told struct {
	Cases   int
	Reasons map[schemas.Reason]int
	Checks  map[string]int // cross-checks that found something
	Kinds   map[string]int // kinds of heading
}

// Retell reads a file of cases and gives it back with the outcomes that the
// rules give now. set cleanses records. An error names the line.
func Retell(text string, set *transforms.Set, told *Told) (string, error) {
	var out strings.Builder
	kind, region, party := "", "", schemas.Person
	var record []string
	flush := func() error {
		if len(record) == 0 {
			return nil
		}
		lines, err := retellRecord(record, region, party, set, told)
		for _, l := range lines {
			out.WriteString("    " + l + "\n")
		}
		record = nil
		return err
	}
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "    "): // an outcome of before
			continue
		case strings.HasPrefix(line, "  ") && kind == "":
			return "", fmt.Errorf("line %d: a cell before any heading", n+1)
		case strings.HasPrefix(line, "  ") && kind == "record":
			record = append(record, line[2:])
			out.WriteString(line + "\n")
		case strings.HasPrefix(line, "  "):
			out.WriteString(line + "\n")
			if err := retellCell(&out, line[2:], kind, region, told); err != nil {
				return "", fmt.Errorf("line %d: %w", n+1, err)
			}
		default:
			if err := flush(); err != nil {
				return "", fmt.Errorf("line %d: %w", n+1, err)
			}
			out.WriteString(line + "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			f := strings.Fields(line)
			if f[0] == "record" && len(f) == 3 {
				kind, region, party = f[0], f[2], schemas.Person
				if f[1] == "organization" {
					party = schemas.Org
				}
			} else if len(f) == 2 {
				kind, region = f[0], f[1]
			} else {
				return "", fmt.Errorf("line %d: a heading is KIND REGION, or record person|organization REGION", n+1)
			}
			told.Kinds[kind]++
		}
	}
	if err := flush(); err != nil {
		return "", err
	}
	return out.String(), nil
}

// retellCell cleanses one cell. Cells parted by " ¦ " are a column of their own:
// dates are decided by their column.
func retellCell(out *strings.Builder, text, kind, region string, told *Told) error {
	if kind == "note" {
		told.Cases++
		for _, f := range transforms.Note(readable(text), region) {
			told.Reasons[f.Reason]++
			out.WriteString("    " + strings.TrimSpace(string(f.Kind)+" "+f.Channel) + " at " + fmt.Sprintf("%d–%d", f.Lo, f.Hi) + ": " + outcome(f.Value, f.Status, f.Reason) + "\n")
		}
		return nil
	}
	c, ok := transforms.CleanKind(kind, region)
	if !ok {
		return fmt.Errorf("no kind %s", kind)
	}
	c.AsOf = AsOf
	emit := func(rs []transforms.Result) {
		for _, r := range rs {
			told.Reasons[r.Reason]++
			out.WriteString("    " + outcome(r.Value(), r.Status, r.Reason) + "\n")
		}
	}
	told.Cases++
	for _, cell := range strings.Split(text, " ¦ ") {
		c.Add(readable(cell), emit)
	}
	c.Close(emit)
	return nil
}

// readable gives the signs that a text file of cases cannot show.
func readable(cell string) string {
	return strings.NewReplacer("␣", " ", "⏎", "\n", "⇥", "\t", "␀", "\x00").Replace(cell)
}

func outcome(value string, status schemas.Status, reason schemas.Reason) string {
	s := status.String()
	if reason != schemas.NoReason {
		s += ", " + reason.String()
	}
	if value == "" {
		return "– · " + s
	}
	return value + " · " + s
}

// retellRecord cleanses one record of "attribute: cell" lines.
func retellRecord(lines []string, region string, party schemas.Party, set *transforms.Set, told *Told) ([]string, error) {
	b := &schemas.Batch{Rows: 1, Stream: "case/record", Region: region, AsOf: AsOf, Party: []schemas.Party{party}, Chains: []string{""},
		Fields: []string{""}, Format: []string{""}, In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
	for _, l := range lines {
		attr, cell, ok := strings.Cut(l, ": ")
		if !ok {
			return nil, fmt.Errorf("a line of a record is attribute: cell")
		}
		if b.In[attr] == nil {
			b.In[attr] = &schemas.Cells{}
		}
		b.In[attr].Append(schemas.Cell{Value: readable(cell), Status: schemas.Raw, Field: uint16(len(b.Fields))})
		b.Fields, b.Format = append(b.Fields, attr), append(b.Format, "")
	}
	for _, c := range b.In {
		c.EndRow()
	}
	if err := set.Apply(b, nil); err != nil {
		return nil, err
	}
	told.Cases++
	var attrs, out []string
	for a := range b.Out {
		if a != schemas.Conflicts {
			attrs = append(attrs, a)
		}
	}
	sort.Strings(attrs)
	for _, a := range attrs {
		for _, c := range b.Out[a].Row(0) {
			told.Reasons[c.Reason]++
			out = append(out, a+" = "+outcome(c.Value, c.Status, c.Reason))
		}
	}
	if found := b.Out[schemas.Conflicts]; found != nil {
		cells := found.Row(0)
		for i := 0; i+1 < len(cells); i += 2 {
			check, _ := transforms.CrossCheckOf(b.Chains[cells[i].Chain])
			told.Checks[check.ID]++
			told.Reasons[cells[i].Reason]++
			out = append(out, fmt.Sprintf("%s ↔ %s: %s (%s, %s)", check.A, check.B, check.Doc, check.Name(), cells[i].Reason))
		}
	}
	return out, nil
}
