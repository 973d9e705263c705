package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
)

// ConfigPart is a part of the configuration and the SHA-256 of what it says.
type ConfigPart struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// Approvals say what a changed configuration needs before a run goes by it.
type Approvals struct {
	Hold   bool     // a run stops until others agreed; else a change is only on record
	Parts  []string // that need it
	People int      // how many others must agree
}

// ChangedPart is a part that is not what the last run went by.
type ChangedPart struct {
	ConfigPart
	Was     string   `json:"was,omitempty"`      // hash before; empty when it is new
	Needs   int      `json:"needs,omitempty"`    // people who must still agree before this user may run it
	By      []string `json:"approved,omitempty"` // who agreed
	entries []int64
}

// ConfigChanges compares the configuration with the one that the last run went
// by. first is true when no run has gone by any yet: nothing is compared then.
// runner does not count among those who agreed; "" counts everybody.
func ConfigChanges(p *Project, key opaque.Key, runner string) (changed []ChangedPart, first bool, err error) {
	log := ledger.Open(p.Data, key)
	_, last, ok, err := log.Last(func(l ledger.Leaf) bool { return l.Kind == ledger.Configured })
	if err != nil || !ok {
		return nil, true, err
	}
	for _, part := range p.Parts {
		if was := last.Sum(part.Name); was != part.Hash {
			changed = append(changed, ChangedPart{ConfigPart: part, Was: was})
		}
	}
	if len(changed) == 0 {
		return nil, false, nil
	}
	acts, err := journal.Open(p.Data, key).Read(0)
	if err != nil {
		return nil, false, err
	}
	for _, e := range journal.Effective(acts) {
		if e.Kind != journal.KindApproval {
			continue
		}
		var a journal.Approval
		if err := e.Decode(&a); err != nil {
			return nil, false, err
		}
		for i := range changed {
			c := &changed[i]
			if a.Parts[c.Name] == c.Hash && e.Actor.User != runner && !slices.Contains(c.By, e.Actor.User) {
				c.By, c.entries = append(c.By, e.Actor.User), append(c.entries, e.Seq)
			}
		}
	}
	for i := range changed {
		if c := &changed[i]; slices.Contains(p.Approvals.Parts, c.Name) {
			c.Needs = max(0, p.Approvals.People-len(c.By))
		}
	}
	return changed, false, nil
}

// configured gives the leaf that says by which configuration this run goes,
// where that differs from the last one, or refuses to go by it.
func (r *river) configured(log *ledger.Log) (*ledger.Leaf, error) {
	changed, first, err := ConfigChanges(r.p, r.land.Keys.Project(), r.o.Actor.User)
	if err != nil || !first && len(changed) == 0 {
		return nil, err
	}
	var open, names []string
	leaf := &ledger.Leaf{Kind: ledger.Configured, Actor: r.o.Actor.User, Role: r.o.Actor.Role, Run: r.run}
	for _, part := range r.p.Parts {
		leaf.Sums = append(leaf.Sums, ledger.Sum{Name: part.Name, Hash: part.Hash})
	}
	var entries []int64
	for _, c := range changed {
		names = append(names, c.Name)
		if c.Needs > 0 {
			open = append(open, c.Name)
		}
		entries = append(entries, c.entries...)
	}
	slices.Sort(entries)
	for i, e := range slices.Compact(entries) {
		leaf.Sums = append(leaf.Sums, ledger.Sum{Name: fmt.Sprintf("approval %d", i+1), Hash: actPrefix + strconv.FormatInt(e, 10)})
	}
	if len(open) > 0 && r.p.Approvals.Hold {
		who := "another person"
		if n := r.p.Approvals.People; n > 1 {
			who = strconv.Itoa(n) + " other people"
		}
		return nil, errs.New(errs.Held, "run", "configuration", fmt.Sprintf("changed since the last run, and not approved by %s than %s: %s", who, r.o.Actor.User, strings.Join(open, ", ")),
			"let "+who+" look at it and run `clientbase approve config --reason …`; the policy stands under approvals: in clientbase.yaml")
	}
	if len(names) > 0 {
		r.report.note("", "the configuration is not the one of the run before: %s", strings.Join(names, ", "))
	}
	return leaf, nil
}

// ApproveConfig records that a person agrees with the configuration as it is.
func ApproveConfig(ctx context.Context, p *Project, act Act) ([]ChangedPart, error) {
	_, key, err := openJournal(p)
	if err != nil {
		return nil, err
	}
	if err := checkReason("approve configuration", act.Reason); err != nil {
		return nil, err
	}
	changed, first, err := ConfigChanges(p, key, "")
	if err != nil {
		return nil, err
	}
	if first || len(changed) == 0 {
		return nil, errs.New(errs.Input, "approve configuration", p.Dir, "nothing in it differs from the last run's", "`clientbase approve list` shows what waits")
	}
	a := journal.Approval{Parts: map[string]string{}}
	var names []string
	for _, c := range changed {
		a.Parts[c.Name] = c.Hash
		names = append(names, c.Name)
	}
	if err := record(ctx, p.Data, key, act, journal.KindApproval, "configuration: "+strings.Join(names, ", "), a); err != nil {
		return nil, err
	}
	changed, _, err = ConfigChanges(p, key, "")
	return changed, err
}

// OpenChanges is ConfigChanges for a reader; it makes no key.
func OpenChanges(p *Project) ([]ChangedPart, error) {
	if !HasKey(p.Data) {
		return nil, nil
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	list, _, err := ConfigChanges(p, dirs.Key, "")
	return list, err
}
