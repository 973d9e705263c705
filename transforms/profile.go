package transforms

import (
	"strings"

	"clientbase/schemas"
)

// Profile counts raw cells in a first pass over the whole base. The order of
// batches, their cuts and the number of profiles merged change nothing. Not safe
// for concurrent use: one per worker, then Merge.
type Profile struct {
	dates   []string // attributes of kind date
	emails  []string
	column  map[columnKey]*DateVotes
	days    map[columnKey]dayCounts // of birth dates
	domain  map[string]int64
	cells   int64 // e-mail cells
	lastKey columnKey
	last    *DateVotes
}

// NewProfile makes an empty profile for the attributes of d.
func NewProfile(d *schemas.Dictionary) *Profile {
	p := &Profile{column: map[columnKey]*DateVotes{}, days: map[columnKey]dayCounts{}, domain: map[string]int64{}}
	for _, a := range attrsOf(d, schemas.KindDate) {
		p.dates = append(p.dates, a.ID)
	}
	for _, a := range attrsOf(d, schemas.KindEmail) {
		p.emails = append(p.emails, a.ID)
	}
	return p
}

// Add counts the raw cells of a batch. The batch is only read.
func (p *Profile) Add(b *schemas.Batch) {
	for _, id := range p.dates {
		countDates(b, id, func(field string) *DateVotes {
			k := columnKey{b.Stream, field}
			if p.last == nil || p.lastKey != k {
				v := p.column[k]
				if v == nil {
					v = &DateVotes{}
					p.column[k] = v
				}
				p.last, p.lastKey = v, k
			}
			return p.last
		})
	}
	for _, id := range p.dates {
		if isBirth(id) {
			p.countDays(b, id)
		}
	}
	for _, id := range p.emails {
		in := b.In[id]
		if in == nil {
			continue
		}
		for i := range b.Rows {
			for _, raw := range in.Row(i) {
				p.countDomain(raw.Value)
			}
		}
	}
}

// countDays counts the birthdays of every column of one attribute.
func (p *Profile) countDays(b *schemas.Batch, attr string) {
	in := b.In[attr]
	if in == nil {
		return
	}
	var last columnKey
	var days dayCounts
	for i := range b.Rows {
		for _, raw := range in.Row(i) {
			if raw.Status != schemas.Raw || int(raw.Field) >= len(b.Fields) || int(raw.Field) < len(b.Format) && b.Format[raw.Field] != "" {
				continue
			}
			if k := (columnKey{b.Stream, b.Fields[raw.Field]}); days == nil || k != last {
				if days = p.days[k]; days == nil {
					days = dayCounts{}
					p.days[k] = days
				}
				last = k
			}
			days.count(raw.Value)
		}
	}
}

// countDates shows every undeclared date cell of an attribute to its column's votes.
func countDates(b *schemas.Batch, attr string, votes func(field string) *DateVotes) {
	in := b.In[attr]
	if in == nil {
		return
	}
	for i := range b.Rows {
		for _, raw := range in.Row(i) {
			if raw.Status != schemas.Raw || isISO(raw.Value) || int(raw.Field) < len(b.Format) && b.Format[raw.Field] != "" {
				continue
			}
			field := ""
			if int(raw.Field) < len(b.Fields) {
				field = b.Fields[raw.Field]
			}
			votes(field).count(raw.Value)
		}
	}
}

func (p *Profile) countDomain(s string) {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 {
		return
	}
	d := strings.ToLower(strings.Trim(s[at+1:], " .,;>\t"))
	if n, ok := p.domain[d]; ok {
		p.domain[d] = n + 1
	} else {
		if !validDomain(d) {
			return
		}
		p.domain[strings.Clone(d)] = 1
	}
	p.cells++
}

// Merge adds the counts of another profile.
func (p *Profile) Merge(o *Profile) {
	for k, v := range o.column {
		mine := p.column[k]
		if mine == nil {
			mine = &DateVotes{}
			p.column[k] = mine
		}
		mine.add(*v)
	}
	for k, v := range o.days {
		mine := p.days[k]
		if mine == nil {
			mine = dayCounts{}
			p.days[k] = mine
		}
		for day, n := range v {
			mine[day] += n
		}
	}
	for d, n := range o.domain {
		p.domain[d] += n
	}
	p.cells += o.cells
}

// A domain is frequent with this many cells and this share (one in …) of all.
const (
	frequentCells = 50
	frequentShare = 1000
)

// Model freezes the counts. Domains that are not frequent are left out: they
// may be a person's.
func (p *Profile) Model() *Model {
	m := newModel()
	for k, v := range p.column {
		m.dates[k] = *v
	}
	for k, v := range p.days {
		if days := v.peaks(); days != nil {
			m.peaks[k] = days
		}
	}
	for d, n := range p.domain {
		if n >= frequentCells && n*frequentShare >= p.cells {
			m.domain[d] = n
		}
	}
	// A frequent typo of a bigger domain is a typo, not a domain.
	for d, n := range m.domain {
		if t := typoOf(d, nil); t != "" && p.domain[t] > n*20 {
			delete(m.domain, d)
		}
	}
	m.freeze()
	return m
}
