package transforms

import (
	"errors"
	"io"
	"sort"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Model is what the whole base taught, frozen: it is made by Profile.Model or
// ReadModel, never changed afterwards and safe for concurrent use. It holds no
// client's value. A nil Model is legal: then a column is judged by the batch
// that it stands in, so only callers with one batch leave it nil.
type Model struct {
	dates  map[columnKey]DateVotes
	peaks  map[columnKey]map[int32]bool // days that fill cells of birth dates
	domain map[string]int64
	names  []string // the frequent domains, sorted
}

// columnKey names a source column.
type columnKey struct{ stream, field string }

// votesOf gives the votes of the columns of one attribute in a batch.
func (m *Model) votesOf(b *schemas.Batch, attr string) func(field string) DateVotes {
	if m != nil {
		return func(field string) DateVotes { return m.dates[columnKey{b.Stream, field}] }
	}
	votes := map[string]*DateVotes{}
	countDates(b, attr, func(field string) *DateVotes {
		v := votes[field]
		if v == nil {
			v = &DateVotes{}
			votes[field] = v
		}
		return v
	})
	return func(field string) DateVotes {
		if v := votes[field]; v != nil {
			return *v
		}
		return DateVotes{}
	}
}

// peaksOf gives the days of a column that stand for "not known".
func (m *Model) peaksOf(stream, field string) map[int32]bool {
	if m == nil {
		return nil
	}
	return m.peaks[columnKey{stream, field}]
}

// domains lists the frequent mail domains of this base.
func (m *Model) domains() []string {
	if m == nil {
		return nil
	}
	return m.names
}

// frequent reports a mail domain that this base knows well.
func (m *Model) frequent(domain string) bool {
	if m == nil {
		return false
	}
	_, ok := m.domain[domain]
	return ok
}

// Dates gives the proof for the order of a date column.
func (m *Model) Dates(stream, field string) (DateVotes, bool) {
	if m == nil {
		return DateVotes{}, false
	}
	v, ok := m.dates[columnKey{stream, field}]
	return v, ok
}

// modelText is the form of a Model in a file.
type modelText struct {
	Dates   []dateColumn  `yaml:"dates"`
	Peaks   []dayPeak     `yaml:"placeholder_days,omitempty"`
	Domains []domainCount `yaml:"domains"`
}

type dateColumn struct {
	Stream    string `yaml:"stream"`
	Field     string `yaml:"field"`
	Order     string `yaml:"order"` // for people: dmy, mdy, ymd, conflict, unknown
	DateVotes `yaml:",inline"`
}

// dayPeak is a day that stands for "not known" in a column of birth dates.
type dayPeak struct {
	Stream string `yaml:"stream"`
	Field  string `yaml:"field"`
	Day    string `yaml:"day"`
}

type domainCount struct {
	Name  string `yaml:"name"`
	Cells int64  `yaml:"cells"`
}

// Write writes the model as YAML, sorted, equal bytes for equal models.
func (m *Model) Write(w io.Writer) error {
	t := modelText{Dates: []dateColumn{}, Domains: []domainCount{}}
	if m != nil {
		for k, v := range m.dates {
			t.Dates = append(t.Dates, dateColumn{Stream: k.stream, Field: k.field, Order: v.word(), DateVotes: v})
		}
		for k, days := range m.peaks {
			for day := range days {
				t.Peaks = append(t.Peaks, dayPeak{k.stream, k.field, string(appendISO(nil, day))})
			}
		}
		for _, n := range m.names {
			t.Domains = append(t.Domains, domainCount{n, m.domain[n]})
		}
	}
	sort.Slice(t.Peaks, func(i, j int) bool {
		a, b := t.Peaks[i], t.Peaks[j]
		return a.Stream < b.Stream || a.Stream == b.Stream && (a.Field < b.Field || a.Field == b.Field && a.Day < b.Day)
	})
	sort.Slice(t.Dates, func(i, j int) bool {
		a, b := t.Dates[i], t.Dates[j]
		return a.Stream < b.Stream || a.Stream == b.Stream && a.Field < b.Field
	})
	e := yaml.NewEncoder(w)
	if err := e.Encode(t); err != nil {
		return errs.Wrap(errs.Retry, "write", "cleansing model", err, "check the free space")
	}
	return e.Close()
}

// word names the order that the votes prove.
func (v DateVotes) word() string {
	o, conflict := v.decide(orderDMY | orderMDY | orderYMD)
	switch {
	case conflict:
		return "conflict"
	case o == orderDMY:
		return "dmy"
	case o == orderMDY:
		return "mdy"
	case o == orderYMD:
		return "ymd"
	}
	return "unknown"
}

// ReadModel reads what Write wrote. Unknown keys are refused.
func ReadModel(r io.Reader) (*Model, error) {
	var t modelText
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil && !errors.Is(err, io.EOF) {
		return nil, errs.Wrap(errs.Config, "read", "cleansing model", err, "make it anew with `clientbase run --full-refresh`")
	}
	m := newModel()
	for _, c := range t.Dates {
		m.dates[columnKey{c.Stream, c.Field}] = c.DateVotes
	}
	for _, c := range t.Peaks {
		day, ok := plainDay(c.Day)
		if !ok {
			return nil, errs.New(errs.Config, "read", "cleansing model", "a placeholder day is no date", "make it anew with `clientbase run --full-refresh`")
		}
		k := columnKey{c.Stream, c.Field}
		if m.peaks[k] == nil {
			m.peaks[k] = map[int32]bool{}
		}
		m.peaks[k][day] = true
	}
	for _, c := range t.Domains {
		m.domain[c.Name] = c.Cells
	}
	m.freeze()
	return m, nil
}

func newModel() *Model {
	return &Model{dates: map[columnKey]DateVotes{}, peaks: map[columnKey]map[int32]bool{}, domain: map[string]int64{}}
}

func (m *Model) freeze() {
	m.names = m.names[:0]
	for n := range m.domain {
		m.names = append(m.names, n)
	}
	sort.Strings(m.names)
}
