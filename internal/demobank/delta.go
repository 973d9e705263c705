package demobank

import (
	"context"
	"os"
	"path/filepath"

	"clientbase/internal/errs"
)

// DeltaOptions say what a later delivery holds. All deliveries of one bank
// must be made with equal Records and Full, in the order of their days.
type DeltaOptions struct {
	Records int  // about how many client records are new or changed
	Day     int  // 1 = the day after Options.AsOf
	Full    bool // a complete extract of core/clients; else only the changes of core/clients_uk
}

// DeltaSummary counts what was written.
type DeltaSummary struct {
	File    string // relative to the project folder
	Rows    int
	Changed int // rows of known records with new contents
	New     int // records that were not there before
	Gone    int // records that a full extract no longer has
}

// How often what happens, among the records that change.
const (
	shareNew  = 0.10
	shareGone = 0.02
)

// Delta adds a delivery of a later day to the project folder dir that
// Generate made with the same opt: new phones, moves, marriages, new clients,
// and, in a full extract, clients who are gone. What changed on earlier days
// stays changed. The truth of new records is appended to dir/truth.
func Delta(ctx context.Context, dir string, opt Options, d DeltaOptions) (DeltaSummary, error) {
	var s DeltaSummary
	opt, err := opt.filled()
	if err != nil {
		return s, err
	}
	if d.Records < 1 || d.Day < 1 || d.Day > 1000 {
		return s, errs.New(errs.Config, "generate", "delta", "records and day must be positive", "1000 records, day 1")
	}
	w := &deltaWriter{ctx: ctx, b: newBank(opt), d: d}
	w.prepare()
	s.File = w.name()
	if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(s.File))); err == nil {
		return s, errs.New(errs.Config, "generate", s.File, "this delivery is there already", "choose another day")
	}
	if w.f, err = createFile(dir, s.File); err != nil {
		return s, err
	}
	if w.records, err = openAppend(dir, "truth/records.csv"); err != nil {
		return s, err
	}
	if w.people, err = openAppend(dir, "truth/people.csv"); err != nil {
		return s, err
	}
	err = w.write()
	for _, f := range []*file{w.f, w.records, w.people} {
		if e := f.close(); err == nil {
			err = e
		}
	}
	w.s.File, w.s.Rows = s.File, w.f.rows
	return w.s, err
}

type deltaWriter struct {
	ctx     context.Context
	b       *bank
	d       DeltaOptions
	s       DeltaSummary
	share   float64 // of records that something happens to on a day
	fresh   uint64  // households that are new each day
	f       *file
	records *file
	people  *file
}

// prepare turns the wanted number of records into shares, from a sample.
func (w *deltaWriter) prepare() {
	b, n := w.b, 0
	sample := min(b.households, 3000)
	for h := range sample {
		for _, f := range b.footprints(b.household(h)) {
			for _, c := range f.core {
				if c.uk != w.d.Full {
					n++
				}
			}
		}
	}
	per := max(float64(n)/float64(sample), 0.01)
	w.share = min(1, float64(w.d.Records)*(1-shareNew)/(per*float64(b.households)))
	w.fresh = uint64(float64(w.d.Records)*shareNew/per + 0.999)
}

func (w *deltaWriter) name() string {
	date := (w.b.asOf + day(w.d.Day)).iso()
	if w.d.Full {
		return "in/core/clients_" + date + ".csv"
	}
	return "in/core/clients_uk_" + date + ".csv"
}

func (w *deltaWriter) write() error {
	if w.d.Full {
		w.f.asClients()
		w.f.head(clientColumns...)
	} else {
		w.f.asClientsUA()
		w.f.head(clientUAColumns...)
	}
	b, last := w.b, uint64(w.d.Day)*w.fresh
	for i := range b.households + last {
		if i&0x3ff == 0 && w.ctx.Err() != nil {
			return errs.Wrap(errs.Interrupted, "generate", w.name(), w.ctx.Err(), "")
		}
		since := 0 // the day on which the household came
		if i >= b.households {
			since = 1 + int((i-b.households)/w.fresh)
		}
		for _, f := range b.footprints(b.household(i)) {
			for _, c := range f.core {
				if c.uk != w.d.Full {
					w.client(f.p, c, since)
				}
			}
		}
	}
	if w.d.Full {
		w.f.trailer()
	}
	return nil
}

// client writes a record if the delivery has it.
func (w *deltaWriter) client(p *person, c *coreRecord, since int) {
	b, today := w.b, w.d.Day
	ch, touched := &change{edited: c.edited}, since == today
	if since > 0 {
		c.opened = b.asOf + day(since)
		ch.edited = c.opened
	}
	for d := since + 1; d <= today; d++ {
		r := draw(b.seed, topicDelta, p.n*4+uint64(c.copy), uint64(d))
		if !r.p(w.share) {
			continue
		}
		if w.d.Full && r.p(shareGone) {
			if d == today {
				w.s.Gone++
			}
			return
		}
		b.happens(&r, p, ch, d)
		touched = touched || d == today
	}
	if !touched && !w.d.Full {
		return
	}
	if w.d.Full {
		w.f.row(b.clientRow(p, c, ch)...)
	} else {
		w.f.row(b.clientRowUA(p, c, ch)...)
	}
	switch {
	case since == today:
		w.s.New++
		stream := "clients"
		if c.uk {
			stream = "clients_uk"
		}
		w.records.row("core", stream, c.id, p.id())
		if c.copy == 0 {
			w.people.row(p.id(), "person", "H"+string(digits(p.hh.h, 8)))
		}
	case touched:
		w.s.Changed++
	}
}

// happens draws what a day changed in a client's life.
func (b *bank) happens(r *rng, p *person, ch *change, d int) {
	ch.edited = b.asOf + day(d)
	switch x := r.n(10); {
	case x < 5:
		ch.mobile = b.mobile(p.hh.country, 112_000_000+(p.n*31+uint64(d)*7919)%7_000_000)
	case x < 9 || p.sex == 'm':
		a := b.address(r, p.hh.country)
		ch.moved = &a
	default:
		ch.wed = b.family(r, p.hh.country)
	}
}

func openAppend(dir, name string) (*file, error) {
	f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(name)), os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, errs.Wrap(errs.Input, "generate", name, err, "generate the bank first")
	}
	return newFile(f), nil
}
