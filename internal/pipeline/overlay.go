package pipeline

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
)

// Overlay makes every read of a snapshot show the acts that the journal holds
// beyond the position folded into it. After a rollback that tail is longer:
// what people said since holds on. Current has called it already; calling it
// again takes up acts made since.
func Overlay(ctx context.Context, p *Project, s *store.Snapshot) error {
	j, key, err := openJournal(p)
	if err != nil {
		return err
	}
	folded := s.Info().Manifest.Journal
	if seen := s.Overlay().Position; seen > 0 { // acts are only ever added: equal positions are equal journals
		if now, err := j.Position(); err != nil || now == seen {
			return err
		}
	}
	list, err := tailOf(j, folded)
	if err != nil {
		return err
	}
	return overlayActs(ctx, p, s, list, key)
}

// OverlayTo makes reads of a kept snapshot show the acts up to one, as they did
// when that was the last.
func OverlayTo(ctx context.Context, p *Project, s *store.Snapshot, upTo int64) error {
	j, key, err := openJournal(p)
	if err != nil {
		return err
	}
	list, err := tailOf(j, s.Info().Manifest.Journal)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(e journal.Entry) bool { return e.Seq > upTo })
	return overlayActs(ctx, p, s, list, key)
}

// overlayActs lays the acts of a list beyond those folded into a snapshot over it.
func overlayActs(ctx context.Context, p *Project, s *store.Snapshot, list []journal.Entry, key opaque.Key) error {
	folded := s.Info().Manifest.Journal
	tok := newTokenizer(key)
	o := store.Overlay{Position: position(list, folded)}
	for i := range list {
		if list[i].Seq > folded && overlaid(list[i].Kind) {
			o.Acts++
		}
	}
	if o.Acts > 0 {
		var err error
		if o.Changes, err = consentChanges(list, folded, &tok); err != nil {
			return err
		}
		v, err := readTail(ctx, p, s, list, folded)
		if err != nil {
			return err
		}
		values, terms, err := v.changes(&tok)
		if err != nil {
			return err
		}
		o.Changes, o.Terms = append(o.Changes, values...), terms
		hidden, err := forgotten(ctx, s, list, folded)
		if err != nil {
			return err
		}
		o.Changes = append(o.Changes, hidden...)
	}
	return s.SetOverlay(ctx, o)
}

// forgotten hides the clients who are to be erased from every read, until the
// run that erases them.
func forgotten(ctx context.Context, s *store.Snapshot, list []journal.Entry, folded int64) ([]store.Change, error) {
	acts, err := forgetActs(list)
	if err != nil || len(acts) == 0 {
		return nil, err
	}
	var out []store.Change
	seen := map[int32]bool{}
	for _, a := range acts {
		if a.entry.Seq <= folded {
			continue
		}
		for _, rec := range a.Records {
			no, ok, err := s.ClientOf(ctx, rec.Stream, rec.Key)
			if err != nil {
				return nil, err
			}
			if !ok || seen[no] {
				continue
			}
			seen[no] = true
			for _, table := range []string{"clients", "contact_points", "attribute_history"} {
				out = append(out, store.Change{Table: table, Key: no})
			}
		}
	}
	return out, nil
}

// consentChanges gives the consent rows that acts after the folded position
// add or end.
func consentChanges(list []journal.Entry, folded int64, tok *tokenizer) ([]store.Change, error) {
	now, err := consentFacts(list, tok)
	if err != nil {
		return nil, err
	}
	upTo := 0
	for upTo < len(list) && list[upTo].Seq <= folded {
		upTo++
	}
	was, err := consentFacts(list[:upTo], tok)
	if err != nil {
		return nil, err
	}
	before := make(map[opaque.Token]consentFact, len(was))
	for _, f := range was {
		before[f.id] = f
	}
	var out []store.Change
	for _, f := range now {
		old, known := before[f.id]
		if known && old == f {
			continue
		}
		if known {
			out = append(out, store.Change{Table: "consent", Key: f.id.String()})
		}
		out = append(out, store.Change{Table: "consent", Key: f.id.String(), Add: true, Set: map[string]any{
			"stream": ActConsents, "row_no": f.seq, "party": tokenText(f.party), "phone": tokenText(f.phone), "email": tokenText(f.email),
			"state": f.state, "purpose": textOrNull(f.purpose), "channel": textOrNull(f.channel), "since": dayText(f.since), "until": dayText(f.until),
			"text_version": textOrNull(f.textVersion), "origin": textOrNull(f.origin)}})
	}
	return out, nil
}

func tokenText(t opaque.Token) any {
	if t.IsZero() {
		return nil
	}
	return t.String()
}

// parseToken reads a token from its text, with or without dashes; the zero token
// from anything else.
func parseToken(s string) (t opaque.Token) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != len(t) {
		return opaque.Token{}
	}
	copy(t[:], b)
	return t
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func dayText(d int32) any {
	if d == 0 {
		return nil
	}
	return day(d)
}
