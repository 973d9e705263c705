// Package pipeline is the order of the river: it pulls deliveries from the
// connectors into landing, turns landed rows into records and facts, cleanses
// them, finds who is who, chooses golden values and publishes a snapshot. It
// decides the order and nothing else; each step lives in the file of its name.
package pipeline

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"clientbase/connectors"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

// Project is everything a run needs to know, handed over by cmd.
type Project struct {
	Dir     string         // project folder
	Data    string         // data folder
	Master  landing.Master // wraps its keys; zero = none
	Dict    *schemas.Dictionary
	Streams []Stream
	Trust   func(stream, attr string) int // 0–100
	Secret  func(name string) (opaque.Value, error)
	Config  string       // hash of the configuration
	Ahead   *store.Ahead // an engine for the first read; nil = none was started
	Parts   []ConfigPart // of it, for the ledger and for who must approve
	Version string       // program version
	// Purposes that consents may name and lists may have, in small letters, with
	// the wider ones that hold them; see strangePurposes.
	Purposes []string
	Region   string // default country of values that people type: RU, UA, …
	Memory   int64  // bytes DuckDB and buffers may use; 0 = default
	Threads  int
	// KeepSnapshots: after a publication the oldest beyond so many are removed; 0 = none.
	KeepSnapshots int
	// MaxQuarantine is the share of rows over which a run ends with exit 3.
	MaxQuarantine float64
	Brake         Brake
	SecondPerson  bool      // values set by hand wait for the yes of somebody else
	Approvals     Approvals // what a changed configuration needs
	// Retention is how long rows of a stream are kept; nil or zero = for ever.
	Retention func(stream string) schemas.Keep
	Holds     []schemas.Hold // duties to keep that stand against an erasure
	// EraseLists takes the holder of some records off the lists that left; it
	// gives the rows removed. nil = there are no lists.
	EraseLists func(keys *landing.Keys, records map[opaque.Token]bool, client string) (int64, error)
	Rules      []schemas.RuleFile       // what the project adds to the cleansing rules
	Codes      []schemas.CodeDictionary // dictionaries that codes of sources are brought to
}

// Stream is a stream's contract with the way to open its source.
type Stream struct {
	schemas.Stream
	Kind string
	// Freshness is how old the time the stream speaks of may be; 0 = no limit.
	Freshness time.Duration
	Open      func(connectors.Env) (connectors.Source, error)
}

// Options steer one run.
type Options struct {
	Select      []string // stream ids or source names; empty = all
	FullRefresh bool     // forget cursors and models: read everything, train anew
	Retrain     bool     // learn anew what cleansing and matching know of the whole base; sources are read as always
	NoSources   bool     // touch no source: do what is asked and what has landed, no more
	Anew        bool     // compute every table anew from what has landed
	Period      Period   // compute what speaks of this time once more, see recompute.go
	Now         time.Time
	Actor       journal.Actor
	Progress    Progress
	// Scheduled are the times that this run is started for: a record, and for
	// programs that are sources what to ask their system for. It selects nothing.
	Scheduled []Scheduled
	// EraseSince is set for a data folder that came back from a backup, which
	// knows the journal up to the entry before: requests to erase that were ended
	// from it on are done again. 0 = none.
	EraseSince int64
}

// anew reports whether every table is to be computed from what has landed.
func (o *Options) anew() bool {
	return o.FullRefresh || o.Retrain || o.Anew
}

// Scheduled is a source and the time of its schedule that a run is for.
type Scheduled struct {
	Source string    `json:"source"`
	At     time.Time `json:"at"` // in the zone of the schedule
}

// Progress shows what is going on. Implementations must be cheap.
type Progress interface {
	// Start opens a stage with the expected total (0 = unknown) in unit.
	Start(stage string, total int64, unit string) Meter
}

// Meter counts within a stage.
type Meter interface {
	Add(n int64)
	Done()
}

// NoProgress shows nothing.
type NoProgress struct{}

// Start returns a meter that shows nothing.
func (NoProgress) Start(string, int64, string) Meter { return noMeter{} }

type noMeter struct{}

func (noMeter) Add(int64) {}
func (noMeter) Done()     {}

// river carries one run's working parts from step to step.
type river struct {
	p         *Project
	o         Options
	run       string
	land      *landing.Store
	log       *ledger.Log // nil until the run has said its first word in it
	dirs      store.Dirs
	prev      *store.Snapshot // nil before the first publication
	held      *waiting        // a snapshot that waits for a person, nil = none
	settled   *settled        // what people settled about deliveries and quarantine
	staging   *store.Staging
	reading   errgroup.Group // of state that is asked for later
	coming    sync.Once      // a delivery is: what it will be put in is read ahead
	early     *earlyRecords  // what is read then, nil = nothing
	saving    errgroup.Group // of the state files, from survive to publish
	report    *Report
	rules     *transforms.Set
	own       *transforms.Own // what the project adds to the rules
	sieve     *sieve          // keeps out who was erased; nil = nobody was
	unended   []forgetAct     // requests to erase that are not ended
	cuts      map[string]cut  // where the rows of streams that are kept begin
	cutAct    int64           // the latest act that said so
	retaining bool            // rows past their time were erased
	erasing   bool            // landing was rewritten: everything is computed anew
	ahead     *strikes        // tells the ledger of files before they are written anew; nil = not begun
	memory    workspace
}

// Run is the whole river on one screen. It returns a report even when it
// fails, as far as it got.
func Run(ctx context.Context, p *Project, o Options) (*Report, error) {
	r := &river{p: p, o: o, run: runID(o.Now), report: newReport(o), own: p.own()}
	r.rules = transforms.NewSetWith(p.Dict, r.own)
	unlock, err := lockRun(p.Data)
	if err != nil {
		return r.report, err
	}
	defer unlock()
	defer r.close()
	r.report.Run, r.report.Rules = r.run, RulesInUse(p)
	ended, err := beginReport(p.Data, r.report)
	if err != nil {
		return r.report, err
	}
	defer ended()
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"open", r.open},       // previous snapshot, state, keys; remains of a cut run are removed
		{"attest", r.attest},   // the ledger: that it began, by which configuration
		{"erase", r.erase},     // persons who are to be forgotten, out of landing
		{"receive", r.receive}, // sources → landing
		{"begin", r.begin},     // staging from the previous snapshot; which deliveries are new
		{"learn", r.learn},     // first load only: what the whole base teaches
		{"load", r.load},       // landed rows → cleansed record versions and facts
		{"fold", r.fold},       // acts of people: consents, values set by hand
		{"resolve", r.resolve}, // records → clients
		{"survive", r.survive}, // golden values and losers → tables and lineage
		{"balance", r.balance}, // promise 1, counted again from what was written
		{"brake", r.brake},     // is it too much to go out without a person
		{"publish", r.publish}, // one pointer swap; or held
		{"collect", r.collect}, // snapshots beyond those that are kept
	}
	for _, s := range steps {
		start := time.Now()
		resetPeak()
		err := s.do(ctx)
		r.report.addStep(s.name, time.Since(start), peakBytes())
		if err != nil {
			r.report.fail(err)
			_ = saveReport(p.Data, r.report)
			return r.report, r.attested(ctx, err)
		}
		if r.report.NothingNew {
			r.report.Status = "nothing new"
			break
		}
	}
	if err := r.expire(ctx); err != nil {
		r.report.fail(err)
		_ = saveReport(p.Data, r.report)
		return r.report, r.attested(ctx, err)
	}
	err = r.lacking(r.stopped())
	r.report.conclude(err)
	if err := saveReport(p.Data, r.report); err != nil {
		return r.report, err
	}
	return r.report, r.attested(ctx, err)
}
