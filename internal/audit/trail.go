package audit

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/ledger"
	"clientbase/internal/pipeline"
)

// Line is one thing that was done: who, when, why, with whose consent, what
// it changed, and the leaf that proves it.
type Line struct {
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	What     string    `json:"what"`
	About    string    `json:"about,omitempty"`
	Reason   string    `json:"reason,omitempty"` // with its ticket, as it was given
	Approver string    `json:"approver,omitempty"`
	Was      string    `json:"was,omitempty"`
	Now      string    `json:"now,omitempty"`
	Affected string    `json:"affected,omitempty"` // in counts
	Run      string    `json:"run,omitempty"`
	Entry    int64     `json:"journal_entry,omitempty"`
	Leaf     *int64    `json:"leaf,omitempty"` // nil: none yet
}

// Kinds are what can be asked about.
func Kinds() []string { return []string{"rule", "value", "export", "access", "run"} }

// auditor has read journal, run reports and ledger.
type auditor struct {
	acts    []journal.Entry
	runs    []*pipeline.Report       // oldest first
	entry   map[int64]int64          // journal entry → leaf
	byRun   map[string][]leafAt      // run → its leaves
	access  []leafAt                 //
	history func(string) *History    // of a rule
	yes     map[int64]*journal.Entry // act → its approval
}

type leafAt struct {
	index int64
	ledger.Leaf
}

// Trail answers about one kind of thing; name narrows it ("" = all).
func Trail(_ context.Context, p *pipeline.Project, kind, name string) ([]Line, error) {
	a := &auditor{entry: map[int64]int64{}, byRun: map[string][]leafAt{}}
	a.history = func(rule string) *History { h, _ := RuleHistory(p, rule); return h }
	if err := a.read(p); err != nil {
		return nil, err
	}
	switch kind {
	case "rule":
		return a.rule(name)
	case "value":
		return known(p, kind, name)(a.value(name))
	case "export":
		return known(p, kind, name)(a.export(name))
	case "access":
		return known(p, kind, name)(a.accessed(), nil)
	case "run":
		return a.run(name)
	}
	return nil, errs.New(errs.Config, "audit", kind, "nothing is known by this name", "one of "+strings.Join(Kinds(), ", "))
}

func (a *auditor) read(p *pipeline.Project) (err error) {
	if pipeline.HasKey(p.Data) {
		dirs, err := pipeline.DirsOf(p.Data)
		if err != nil {
			return err
		}
		if a.acts, err = journal.Open(p.Data, dirs.Key).Read(0); err != nil {
			return err
		}
		if a.yes, _, err = journal.Approved(a.acts); err != nil {
			return err
		}
	}
	if a.runs, err = pipeline.Reports(p.Data); err != nil {
		return err
	}
	slices.Reverse(a.runs)
	return pipeline.Ledger(p).Leaves(0, func(i int64, l ledger.Leaf) error {
		switch {
		case l.Kind == ledger.Acted:
			a.entry[pipeline.EntryOf(l)] = i
		case l.Kind == ledger.Accessed:
			a.access = append(a.access, leafAt{i, l})
		case l.Run != "":
			a.byRun[l.Run] = append(a.byRun[l.Run], leafAt{i, l})
		}
		return nil
	})
}

// of is the line of an act in the journal.
func (a *auditor) of(e *journal.Entry, what string) Line {
	l := Line{At: e.At, By: actorText(e.Actor.User, e.Actor.Role), What: what, About: e.Subject, Reason: e.Reason, Approver: e.Approver, Entry: e.Seq}
	if e.Actor.Purpose != "" {
		l.By += ", for " + e.Actor.Purpose
	}
	if yes := a.yes[e.Seq]; yes != nil {
		l.Approver = yes.Actor.User
	}
	if leaf, ok := a.entry[e.Seq]; ok {
		l.Leaf = &leaf
	}
	return l
}

func actorText(user, role string) string {
	if role == "" {
		return user
	}
	return user + " (" + role + ")"
}

// rule follows a rule or code list through the runs: each run that went by
// another version than the one before.
func (a *auditor) rule(name string) ([]Line, error) {
	if name == "" {
		return nil, errs.New(errs.Config, "audit rule", "", "which rule is not said", "`clientbase rules` lists them")
	}
	if a.history(name) == nil {
		return nil, errs.New(errs.Input, "audit rule", name, "no such rule or code list", "`clientbase rules` lists them")
	}
	var out []Line
	was := ""
	for _, r := range a.runs {
		i := slices.IndexFunc(r.Rules, func(u pipeline.RuleUse) bool { return strings.HasPrefix(u.Name, name+"@") })
		if i < 0 || r.Status != "published" && r.Status != "held" || r.Rules[i].Name == was {
			continue
		}
		u := r.Rules[i]
		l := Line{At: r.Started, By: actorText(r.Actor, r.Role), What: "first used", About: name, Reason: u.Reason, Was: was, Now: u.Name, Run: r.Run,
			Affected: fmt.Sprintf("%d clients written anew", r.Clients.Touched)}
		if was != "" {
			l.What = "another version"
		}
		for _, leaf := range a.byRun[r.Run] {
			if leaf.Kind == ledger.Configured {
				l.Leaf, l.Approver = &leaf.index, a.approvers(leaf.Leaf)
			}
		}
		out, was = append(out, l), u.Name
	}
	return out, nil
}

// approvers of the configuration that a leaf puts on record.
func (a *auditor) approvers(l ledger.Leaf) string {
	var out []string
	for _, s := range l.Sums {
		if !strings.HasPrefix(s.Name, "approval ") {
			continue
		}
		if seq := pipeline.EntryNo(s.Hash); seq >= 1 && seq <= int64(len(a.acts)) {
			out = append(out, a.acts[seq-1].Actor.User)
		}
	}
	return strings.Join(out, ", ")
}

// value lists what people set by hand: of one record ("stream:key"), of one
// attribute, or all. The values themselves are for `trace`.
func (a *auditor) value(name string) ([]Line, error) {
	var out []Line
	undone := journal.TakenBack(a.acts)
	for i := range a.acts {
		e := &a.acts[i]
		if e.Kind != journal.KindOverride {
			continue
		}
		what, about := "takes back entry "+strconv.FormatInt(e.UndoOf, 10), e.Subject
		if e.UndoOf == 0 {
			var o journal.Override
			if err := e.Decode(&o); err != nil {
				return nil, err
			}
			what, about = "set by hand: "+o.Attr, o.Anchor.Stream+":"+o.Anchor.Key
			if name != "" && name != o.Attr && name != about {
				continue
			}
		} else if name != "" && name != about {
			continue
		}
		l := a.of(e, what)
		l.About = about
		if by := undone[e.Seq]; by != nil {
			l.Affected = fmt.Sprintf("does not count any more: entry %d", by.Seq)
		}
		out = append(out, l)
	}
	return out, nil
}

// export lists the lists that left and the results of queries that left as files;
// name is a list, a file, a segment or a recipient.
func (a *auditor) export(name string) ([]Line, error) {
	var out []Line
	for i := range a.acts {
		e := &a.acts[i]
		if e.Kind == journal.KindFile {
			l, ok, err := a.file(e, name)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, l)
			}
			continue
		}
		if e.Kind != journal.KindExport || e.UndoOf != 0 {
			continue
		}
		var x journal.Export
		if err := e.Decode(&x); err != nil {
			return nil, err
		}
		if name != "" && name != x.List && name != x.Segment && name != x.Recipient {
			continue
		}
		l := a.of(e, fmt.Sprintf("list of %s for %s by %s", x.Segment, x.Purpose, x.Channel))
		l.About, l.Now, l.Affected = x.List+" to "+x.Recipient, "sha256 "+x.SHA256, fmt.Sprintf("%d rows, as of %s, from %s", x.Rows, x.AsOf, x.Snapshot)
		out = append(out, l)
	}
	return out, nil
}

// file is the line of a result that left as a file.
func (a *auditor) file(e *journal.Entry, name string) (Line, bool, error) {
	var f journal.File
	if err := e.Decode(&f); err != nil {
		return Line{}, false, err
	}
	if name != "" && name != e.Subject && name != f.Recipient {
		return Line{}, false, nil
	}
	l := a.of(e, "result of a query as "+f.Format)
	if f.Encrypted {
		l.What += ", encrypted"
	}
	l.About, l.Now = e.Subject+" to "+f.Recipient, "sha256 "+f.SHA256
	l.Affected = fmt.Sprintf("%d rows of %s, from %s", f.Rows, strings.Join(f.Columns, ", "), f.Snapshot)
	if f.Read > 0 {
		l.Affected += fmt.Sprintf(", read %d", f.Read)
	}
	return l, true, nil
}

// accessed lists the batches of reads on record.
func (a *auditor) accessed() []Line {
	var out []Line
	for _, l := range a.access {
		line := Line{At: l.At, By: actorText(l.Actor, l.Role), What: "reads on record", About: l.Subject, Run: l.Run, Leaf: &l.index}
		var sums []string
		for _, s := range l.Sums {
			sums = append(sums, s.Name+" "+s.Hash)
		}
		line.Affected = strings.Join(sums, ", ")
		out = append(out, line)
	}
	return out
}

// run tells one run (the newest when none is named) leaf by leaf.
func (a *auditor) run(name string) ([]Line, error) {
	var rep *pipeline.Report
	for _, r := range a.runs {
		if name == "" && a.byRun[r.Run] != nil || name != "" && strings.HasPrefix(r.Run, name) {
			rep = r
		}
	}
	if rep == nil {
		return nil, errs.New(errs.Input, "audit run", name, "no such run", "`clientbase runs list` shows them")
	}
	var out []Line
	for _, leaf := range a.byRun[rep.Run] {
		l := Line{At: leaf.At, By: actorText(leaf.Actor, leaf.Role), What: strings.ReplaceAll(string(leaf.Kind), "_", " "), About: leaf.Subject, Run: rep.Run, Leaf: &leaf.index}
		switch leaf.Kind {
		case ledger.Configured:
			l.Approver, l.Affected = a.approvers(leaf.Leaf), a.changedParts(leaf)
		case ledger.RunEnded:
			l.Now = leaf.Sum("status")
			l.Affected = fmt.Sprintf("%d clients written anew, %d new, %d merged, %d split; %d acts of people taken up", rep.Clients.Touched, rep.Clients.Created, rep.Clients.Merged, rep.Clients.Split, rep.Acts)
		case ledger.Published, ledger.Held:
			l.Was = rep.Previous
		}
		out = append(out, l)
	}
	return out, nil
}

// changedParts names the parts in which a configuration differs from the one
// on record before.
func (a *auditor) changedParts(leaf leafAt) string {
	var before *leafAt
	for _, list := range a.byRun {
		for i := range list {
			if l := &list[i]; l.Kind == ledger.Configured && l.index < leaf.index && (before == nil || l.index > before.index) {
				before = l
			}
		}
	}
	if before == nil {
		return "the first on record"
	}
	var out []string
	for _, s := range leaf.Sums {
		if !strings.HasPrefix(s.Name, "approval ") && before.Sum(s.Name) != s.Hash {
			out = append(out, s.Name)
		}
	}
	sort.Strings(out)
	return "changed: " + strings.Join(out, ", ")
}
