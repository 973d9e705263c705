package pipeline

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// Report is what a run says of itself: printed by `run`, kept as
// runs/<run>.json for `runs list|show`. It holds no client value.
type Report struct {
	Run        string          `json:"run"`
	Started    time.Time       `json:"started"`
	Seconds    float64         `json:"seconds"`
	Status     string          `json:"status"` // running | interrupted | published | nothing new | failed | held | waits | rolled back; of a held one later: released | discarded
	Error      string          `json:"error,omitempty"`
	Hint       string          `json:"hint,omitempty"`
	Exit       int             `json:"exit"`
	Actor      string          `json:"actor,omitempty"`
	Role       string          `json:"role,omitempty"`
	Purpose    string          `json:"purpose,omitempty"`
	Scheduled  []Scheduled     `json:"scheduled,omitempty"` // what a scheduler started it for
	Snapshot   string          `json:"snapshot,omitempty"`
	Previous   string          `json:"previous,omitempty"`
	NothingNew bool            `json:"-"`
	Rebuilt    bool            `json:"rebuilt"`
	Removed    []string        `json:"removed_snapshots,omitempty"` // older than keep_snapshots asks for, or than an erasure
	Held       []store.HeldBy  `json:"held,omitempty"`
	Settled    string          `json:"settled,omitempty"` // who released or discarded what was held, when, and why
	Absent     []*Absent       `json:"absent,omitempty"`  // streams that could not be read; the rest went on
	Received   []Received      `json:"received,omitempty"`
	Restated   []*Restated     `json:"restated,omitempty"`
	Recomputed *Recomputed     `json:"recomputed,omitempty"`
	Balances   []*Balance      `json:"balances,omitempty"`
	Facts      []*FactLine     `json:"facts,omitempty"`
	Clients    ClientCounts    `json:"clients"`
	Conflicts  []ConflictLine  `json:"conflicts,omitempty"` // inside records in force, see conflicts.go
	Match      []MatchLine     `json:"match,omitempty"`
	Households []HouseholdLine `json:"households,omitempty"`
	Merges     []Merge         `json:"merges,omitempty"`
	Journal    int64           `json:"journal"`        // journal position that the snapshot holds
	Acts       int             `json:"acts,omitempty"` // acts of people that this run took up
	Notes      []string        `json:"notes,omitempty"`
	Rules      []RuleUse       `json:"rules,omitempty"` // which versions of rules and code lists made the values
	Codes      []CodeDrift     `json:"unknown_codes,omitempty"`
	Steps      []Step          `json:"steps"`

	codes    map[[3]string]int64  // stream, column, unknown code → cells
	lists    map[[2]string]string // stream, column → code list
	mu       sync.Mutex           // Received, while several streams are received
	byStream map[string]*Balance
	seen     map[string]bool
}

// By says who ran it: "olena (engineer), for nightly load".
func (r *Report) By() string {
	by := r.Actor
	if r.Role != "" {
		by += " (" + r.Role + ")"
	}
	if r.Purpose != "" {
		by += ", for " + r.Purpose
	}
	return by
}

// Received is one delivery that this run landed.
type Received struct {
	Stream  string    `json:"stream"`
	Name    string    `json:"name"`
	AsOf    time.Time `json:"as_of"`
	Rows    int64     `json:"rows"`
	Bad     int64     `json:"bad"`
	Bytes   int64     `json:"bytes"`
	Batches int       `json:"batches"`
	Notes   []string  `json:"notes,omitempty"`
}

// Balance is promise 1 for one stream: read = loaded + merged + quarantined + filtered.
type Balance struct {
	Stream      string           `json:"stream"`
	Read        int64            `json:"read"`
	Loaded      int64            `json:"loaded"`
	Merged      int64            `json:"merged"`
	Quarantined int64            `json:"quarantined"`
	Filtered    int64            `json:"filtered"`
	Closed      int64            `json:"closed"` // records missing from a full extract; not part of the balance
	Filters     map[string]int64 `json:"filters,omitempty"`
	Reasons     map[string]int64 `json:"reasons,omitempty"`
	AsOf        string           `json:"as_of,omitempty"`
}

// Even reports whether the balance closes.
func (b *Balance) Even() bool { return b.Read == b.Loaded+b.Merged+b.Quarantined+b.Filtered }

// FactLine counts the facts of one kind that one stream gave.
type FactLine struct {
	Stream   string `json:"stream"`
	Kind     string `json:"kind"`
	Inserted int64  `json:"inserted"`
	Merged   int64  `json:"merged"`
}

// ClientCounts is the state of the client base after the run.
type ClientCounts struct {
	Records       int64 `json:"records"`
	Persons       int64 `json:"persons"`
	Organisations int64 `json:"organisations"`
	Created       int64 `json:"created"`
	Merged        int64 `json:"merged"`
	Split         int64 `json:"split"`
	Touched       int64 `json:"touched"`
}

// MatchLine describes the matching of one kind of party.
type MatchLine struct {
	Party    string   `json:"party"`
	Records  int      `json:"records"`
	Pairs    int64    `json:"pairs"`
	Edges    int      `json:"edges"`
	Seconds  float64  `json:"seconds"`
	Training float64  `json:"training_seconds,omitempty"`
	Scoring  float64  `json:"scoring_seconds"`
	Model    string   `json:"model"` // "new" | "pinned"
	Notes    []string `json:"notes,omitempty"`
	Drift    []string `json:"drift,omitempty"` // where the base has moved away from a pinned model
	Moved    []string `json:"moved,omitempty"` // how a model trained anew differs from the one before
}

// HouseholdLine counts the links between parties that belong together without
// being one, and the households that they make.
type HouseholdLine struct {
	Party      string `json:"party"`
	Links      int    `json:"links"`
	Households int    `json:"households"`
}

// Merge is one of the largest merges with its reason, without values.
type Merge struct {
	Client  string   `json:"client"`
	Records []string `json:"records"` // source/stream of each, with key
	Why     []string `json:"why"`
}

// Step is how long one step of the river took.
type Step struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Peak    int64   `json:"peak_bytes,omitempty"` // most memory held during the step
}

func newReport(o Options) *Report {
	return &Report{Started: o.Now.UTC(), Actor: o.Actor.User, Role: o.Actor.Role, Purpose: o.Actor.Purpose, Scheduled: o.Scheduled, Status: "failed", byStream: map[string]*Balance{}, seen: map[string]bool{}}
}

func (r *Report) addStep(name string, d time.Duration, peak int64) {
	r.Steps = append(r.Steps, Step{name, d.Seconds(), peak})
	r.Seconds += d.Seconds()
}

func (r *Report) fail(err error) {
	r.Status, r.Exit = "failed", errs.Exit(err)
	if e, ok := errs.Of(err); ok {
		c := *e
		c.Hint = ""
		r.Error, r.Hint = c.Error(), e.Hint
		if e.Kind == errs.Held {
			r.Status = "waits"
		}
		return
	}
	r.Error = "unclassified failure"
}

func (r *Report) received(d landing.Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Received = append(r.Received, Received{d.Stream, d.Name, d.AsOf, d.Rows, d.Bad, d.Bytes, len(d.Batches), d.Notes})
}

// sortReceived orders deliveries by stream; within a stream they stand in the
// order in which they were received. What the connectors found odd becomes a
// note; that a charset was found where none was declared is no oddity.
func (r *Report) sortReceived() {
	sort.SliceStable(r.Received, func(i, j int) bool { return r.Received[i].Stream < r.Received[j].Stream })
	for _, d := range r.Received {
		for _, n := range d.Notes {
			if !strings.HasPrefix(n, "charset found") {
				r.note(d.Stream+" "+d.Name, "%s", n)
			}
		}
	}
}

func (r *Report) total() (n int64) {
	for _, d := range r.Received {
		n += d.Rows
	}
	return n
}

func (r *Report) balance(stream string) *Balance {
	b := r.byStream[stream]
	if b == nil {
		b = &Balance{Stream: stream, Filters: map[string]int64{}, Reasons: map[string]int64{}}
		r.byStream[stream] = b
		r.Balances = append(r.Balances, b)
		sort.Slice(r.Balances, func(i, j int) bool { return r.Balances[i].Stream < r.Balances[j].Stream })
	}
	return b
}

func (r *Report) factLine(stream, kind string) *FactLine {
	for _, f := range r.Facts {
		if f.Stream == stream && f.Kind == kind {
			return f
		}
	}
	f := &FactLine{Stream: stream, Kind: kind}
	r.Facts = append(r.Facts, f)
	return f
}

// note records something a person should know, once.
func (r *Report) note(stream, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if stream != "" {
		text = stream + ": " + text
	}
	if !r.seen[text] {
		r.seen[text] = true
		r.Notes = append(r.Notes, text)
	}
}

func (r *Report) drifted(stream string, drift []string, orphans, unsure int64) {
	for _, d := range drift {
		r.note(stream, "%s", d)
	}
	if orphans > 0 {
		r.note(stream, "a refusal in a note names neither a party nor a phone: look at it by hand")
	}
	if unsure > 0 {
		r.note(stream, "%d of its notes may hold an objection of another person, for a time, or only asked about: nothing was recorded for them, read them", unsure)
	}
}

func runsDir(data string) string { return filepath.Join(data, "runs") }

func saveReport(data string, r *Report) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return errs.Wrap(errs.Bug, "write run report", r.Run, err, "")
	}
	return disk.WriteBytes(filepath.Join(runsDir(data), r.Run+".json"), append(text, '\n'))
}

// Reports lists the reports of all runs, newest first.
func Reports(data string) ([]*Report, error) {
	entries, err := os.ReadDir(runsDir(data))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "list runs", data, err, "check the rights of the data folder")
	}
	var out []*Report
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(runsDir(data), e.Name()))
		if err != nil {
			return nil, errs.Wrap(errs.Input, "read run", e.Name(), err, "check the rights of the data folder")
		}
		var r Report
		if err := json.Unmarshal(text, &r); err != nil {
			continue // a report being written now
		}
		r.settleRunning(data)
		out = append(out, &r)
	}
	sort.Slice(out, func(i, j int) bool {
		if !out[i].Started.Equal(out[j].Started) {
			return out[i].Started.After(out[j].Started)
		}
		return out[i].Run > out[j].Run
	})
	return out, nil
}
