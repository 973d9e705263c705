package outbound

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clientbase/internal/opaque"
)

// Fact is one consent row as the published base has it: flat, with days as
// numbers. The fields are those of pipeline.ConsentRow.
type Fact struct {
	State       string // grant | objection
	Purpose     string
	Channel     string
	Since       int32 // days since 1970; 0 = unknown
	Until       int32 // first day on which it does not hold; 0 = open
	Record      opaque.Token
	Phone       opaque.Token
	Email       opaque.Token
	Origin      string
	TextVersion string
	Stream      string
	Seq         int64 // journal entry; 0 when a source gave it
}

// Gather makes rows of facts. The facts of one objection in the journal are one
// row again: a record that it names says who objected, so that its contact
// points bind themselves and not everybody who shares them. A state that is
// neither word is an objection: a source that says something other than yes
// did not say yes. An empty one says nothing.
//
// known are the purposes that the project knows, with the wider ones that hold
// them. An objection to an unknown one is an objection to the next wider known
// one, else to everything: what a source meant by a word that no list has is
// not ours to guess. A grant for an unknown one opens nothing by itself.
func Gather(facts []Fact, known []string) []Row {
	var out []Row
	at := map[int64]int{} // journal entry → row
	for i := range facts {
		f := &facts[i]
		if f.State == "" {
			continue
		}
		objection := f.State != "grant"
		if k, ok := at[f.Seq]; ok && objection {
			out[k].add(f)
			continue
		}
		r := Row{Objection: objection, Purpose: f.Purpose, Channel: f.Channel, Since: isoDay(f.Since), Until: isoDay(f.Until), Origin: origin(f)}
		if objection {
			if r.Purpose = widen(f.Purpose, known); r.Purpose != normal(f.Purpose) {
				r.Origin += ", its purpose is not known here"
			}
		}
		r.add(f)
		if objection && f.Seq != 0 {
			at[f.Seq] = len(out)
		}
		out = append(out, r)
	}
	return out
}

func normal(purpose string) string { return strings.ToLower(strings.TrimSpace(purpose)) }

// widen gives the narrowest known purpose that holds the one that a source
// wrote; "" = every purpose.
func widen(purpose string, known []string) string {
	purpose = normal(purpose)
	for purpose != "" && !slices.Contains(known, purpose) {
		purpose = purpose[:max(strings.LastIndexByte(purpose, '.'), 0)]
	}
	return purpose
}

func (r *Row) add(f *Fact) {
	if !f.Record.IsZero() {
		r.Records = append(r.Records, f.Record)
	}
	for _, p := range []opaque.Token{f.Phone, f.Email} {
		if !p.IsZero() {
			r.Points = append(r.Points, p)
		}
	}
}

// origin says in words where a row stands, for people who ask why.
func origin(f *Fact) string {
	from := f.Stream
	if f.Seq != 0 {
		from = fmt.Sprintf("journal entry %d", f.Seq)
	}
	if f.Origin != "" {
		from += ", " + f.Origin
	}
	if f.Since != 0 {
		from += ", since " + isoDay(f.Since)
	}
	return from
}

func isoDay(d int32) string {
	if d == 0 {
		return ""
	}
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}
