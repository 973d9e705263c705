package demobank

import (
	"time"

	"clientbase/internal/errs"
)

// Options say what bank to make. The zero value of every field but Seed means
// its default.
type Options struct {
	Records        int       // source records over all party streams; default 20,000, at most 20 M
	Seed           uint64    // equal seeds give equal files, byte for byte
	FactsPerClient int       // transactions, card operations and calls per client of the bank; default 8, negative = none
	Months         int       // months of facts up to AsOf; default 2
	AsOf           time.Time // the day the extracts speak of; default 2026-09-30
	Dirt           float64   // multiplies every rate of Rates; default 1, negative = no dirt
	// Progress is told now and then how much of a stream is written; it is
	// called from one goroutine at a time and may be nil.
	Progress func(stream string, done, total int)
}

// Summary counts what was written.
type Summary struct {
	Households int            // families and lone people
	People     int            // people with at least one record
	Orgs       int            // organisations
	Records    int            // source records with a truth
	Streams    map[string]int // rows per "source/stream", those without a truth included
	Facts      int            // facts with a truth line
	Bytes      int64          // data files together
}

const maxRecords = 20_000_000

func (o Options) filled() (Options, error) {
	if o.Records == 0 {
		o.Records = 20_000
	}
	if o.Records < 100 || o.Records > maxRecords {
		return o, errs.New(errs.Config, "generate", "demo bank", "records must be from 100 to 20,000,000", "--records 20000")
	}
	if o.FactsPerClient == 0 {
		o.FactsPerClient = 8
	}
	if o.FactsPerClient < 0 {
		o.FactsPerClient = 0
	}
	if o.Months <= 0 {
		o.Months = 2
	}
	if o.Months > 60 {
		return o, errs.New(errs.Config, "generate", "demo bank", "months must be from 1 to 60", "2 months")
	}
	if o.AsOf.IsZero() {
		o.AsOf = time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)
	}
	switch {
	case o.Dirt == 0:
		o.Dirt = 1
	case o.Dirt < 0:
		o.Dirt = 0
	}
	return o, nil
}
