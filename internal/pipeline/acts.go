package pipeline

import (
	"path/filepath"
	"strconv"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// The journal stands in the published base like a source with two streams. It
// is not landed: the journal is append-only and encrypted itself, so a run
// replays it from its first entry, and a rebuild gives what many runs gave.
const (
	ActConsents  = "journal/consents"
	ActOverrides = "journal/overrides"
)

// Journal opens the journal of a project, making the project's keys when
// nothing has run yet: an act never waits for the first load.
func Journal(p *Project) (*journal.Journal, error) {
	j, _, err := openJournal(p)
	return j, err
}

func openJournal(p *Project) (*journal.Journal, opaque.Key, error) {
	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		return nil, opaque.Key{}, err
	}
	return witnessed(p.Data, keys.Project()), keys.Project(), nil
}

// folds tells whether acts of a kind change the published base. The others
// (exports, releases) are records of what was done.
func folds(k journal.Kind) bool { return overlaid(k) || k == journal.KindDecision }

// overlaid tells whether acts of a kind show in every read before a run takes
// them up. Who is who needs a run.
func overlaid(k journal.Kind) bool {
	return k == journal.KindConsent || k == journal.KindOverride || k == journal.KindApproval || k == journal.KindSubject
}

// foldable counts the acts that a run or a read must take up.
func foldable(list []journal.Entry) int {
	n := 0
	for i := range list {
		if folds(list[i].Kind) {
			n++
		}
	}
	return n
}

// position is the number of the last act of a list that was read after from.
func position(list []journal.Entry, from int64) int64 {
	if len(list) == 0 {
		return from
	}
	return list[len(list)-1].Seq
}

func reachesBack(list []journal.Entry) bool {
	for i := range list {
		if list[i].UndoOf != 0 || list[i].Kind == journal.KindApproval {
			return true
		}
	}
	return false
}

// entries reads the whole journal of a project.
func entries(p *Project) ([]journal.Entry, error) {
	j, err := Journal(p)
	if err != nil {
		return nil, err
	}
	return j.Read(0)
}

// tailOf reads the acts after a snapshot's position. Where one of them takes
// something back or approves it, it gives the whole journal: that may be folded.
func tailOf(j *journal.Journal, pos int64) (list []journal.Entry, err error) {
	list, err = j.Read(pos)
	if err != nil || !reachesBack(list) {
		return list, err
	}
	return j.Read(0)
}

// consentFact is one row that a consent act gives: what it binds or covers,
// from when to when. An act that was taken back ends on the day of its undo.
type consentFact struct {
	id                      opaque.Token
	seq                     int64
	party, phone, email     opaque.Token
	state, purpose, channel string
	since, until            int32 // days since 1970; until 0 = open, not included
	textVersion, origin     string
}

// consentFacts gives the rows of all consent acts of a list, in order. An
// objection binds every pinned record and point on its own, so that each of
// them keeps it whatever becomes of the others. A grant covers points only,
// and a point on a record only while it is that record's client's.
func consentFacts(list []journal.Entry, tok *tokenizer) ([]consentFact, error) {
	undone := journal.TakenBack(list)
	var out []consentFact
	for i := range list {
		e := &list[i]
		if e.UndoOf != 0 {
			continue
		}
		var c journal.Consent
		switch e.Kind {
		case journal.KindConsent:
			if err := e.Decode(&c); err != nil {
				return nil, err
			}
		case journal.KindSubject:
			said, ok, err := restriction(e)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			c = said
		default:
			continue
		}
		base := consentFact{seq: e.Seq, state: c.State, purpose: c.Purpose, channel: c.Channel, textVersion: c.TextVersion, origin: c.Origin}
		var okSince, okUntil bool
		base.since, okSince = isoDay(c.Since)
		if base.until, okUntil = isoDay(c.Until); !okSince || !(okUntil || c.Until == "") {
			return nil, errs.New(errs.Integrity, "read journal", "entry "+strconv.FormatInt(e.Seq, 10), "a date in it is not one", "use the program version that wrote it")
		}
		if u := undone[e.Seq]; u != nil {
			if day := int32(u.At.Unix() / 86400); base.until == 0 || day < base.until {
				base.until = day
			}
		}
		add := func(f consentFact, part string) {
			f.id = tok.key.Token("fact", ActConsents, "consent", strconv.FormatInt(e.Seq, 10), part)
			out = append(out, f)
		}
		for _, r := range c.Records {
			f := base
			f.party = tok.record(r.Stream, r.Key)
			add(f, "record "+r.Stream+":"+r.Key)
		}
		for _, p := range c.Points {
			f, part := base, "point "+p.Kind+" "+p.Token.String()
			if p.Kind == schemas.RefEmail {
				f.email = p.Token
			} else {
				f.phone = p.Token
			}
			if p.Of != nil {
				f.party = tok.record(p.Of.Stream, p.Of.Key)
				part += " of " + p.Of.Stream + ":" + p.Of.Key
			}
			add(f, part)
		}
	}
	return out, nil
}

// isoDay reads an ISO day as days since 1970; "" is 0, false.
func isoDay(s string) (int32, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, false
	}
	return int32(t.Unix() / 86400), true
}
