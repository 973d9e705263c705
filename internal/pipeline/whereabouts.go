package pipeline

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/internal/errs"
	"clientbase/internal/store"
	"clientbase/internal/suggest"
)

// Fate is where a search for somebody ended.
type Fate string

// Fates, from the source to the client base.
const (
	NotDelivered Fate = "not delivered" // no landed delivery and no client fits
	Quarantined  Fate = "quarantined"   // the row was set aside
	Filtered     Fate = "filtered"      // the contract leaves such rows out
	Waiting      Fate = "waiting"       // landed, and not loaded by a run yet
	NoParty      Fate = "no party"      // loaded, but the row tells of nobody: it gives facts only
	Superseded   Fate = "superseded"    // a later delivery of the same day replaced the one that had it
	Ambiguous    Fate = "ambiguous"     // several clients fit: see Candidates
	IsClient     Fate = "client"        // found, see ClientID
)

// Whereabouts says what became of somebody: a client, or the step at which
// the river lost them. It names rows by place, never by content.
type Whereabouts struct {
	Step       Fate        `json:"step"`
	ClientID   string      `json:"client_id,omitempty"`
	Name       string      `json:"name,omitempty"`
	Party      string      `json:"party,omitempty"`
	FoundBy    string      `json:"found_by,omitempty"`    // client id, retired id, record, name, phone …
	MergedFrom string      `json:"merged_from,omitempty"` // the retired id or record that is part of the client now
	Records    int         `json:"records,omitempty"`     // source records of the client
	Closed     string      `json:"closed,omitempty"`      // day on which the source no longer had the record asked for
	Causes     []string    `json:"causes,omitempty"`      // why what was asked for is part of the client
	Rows       []LostRow   `json:"rows,omitempty"`        // landed rows that may be about them
	Candidates []Candidate `json:"candidates,omitempty"`
}

// LostRow is a landed row that did not become part of a client.
type LostRow struct {
	Step   Fate   `json:"step"`
	Stream string `json:"stream"`
	File   string `json:"file"` // delivery
	AsOf   string `json:"as_of"`
	Place  string `json:"place"`
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"` // column names, never values
}

// Candidate is one of several clients that may be meant, masked.
type Candidate struct {
	ClientID string   `json:"client_id"`
	Name     string   `json:"name"` // first letters
	Party    string   `json:"party"`
	Born     string   `json:"born,omitempty"` // year
	City     string   `json:"city,omitempty"`
	Why      []string `json:"why"`
}

var (
	recordForm = regexp.MustCompile(`^([A-Za-z0-9_]+/[A-Za-z0-9_]+):(.+)$`)
	hexForm    = regexp.MustCompile(`^[0-9a-f]{6,32}$`)
)

// Locate finds whom who means: a client id or its beginning, a retired id,
// SOURCE/STREAM:KEY, a phone, a document number or a name, and says at which
// step they were lost when they are no client.
func Locate(ctx context.Context, p *Project, s *store.Snapshot, who string) (*Whereabouts, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	who = strings.TrimSpace(who)
	if m := recordForm.FindStringSubmatch(who); m != nil {
		return t.locateRecord(m[1], strings.TrimSpace(m[2]))
	}
	id := strings.ToLower(who)
	if hexForm.MatchString(id) && (strings.ContainsAny(id, "abcdef") || len(id) == 32) {
		return t.locateID(id)
	}
	out, err := t.locateText(who)
	if err == nil && out.Step == NotDelivered && hexForm.MatchString(id) {
		if byID, err := t.locateID(id); err == nil {
			return byID, nil
		}
	}
	return out, err
}

// locateID finds a client by its id, the beginning of one, or a retired id.
func (t *tracer) locateID(id string) (*Whereabouts, error) {
	no, retired, err := t.clientNo(id)
	if err != nil {
		if e, ok := errs.Of(err); ok && e.Kind == errs.Input && strings.HasPrefix(e.Msg, "no client") {
			if err := gone(t.p, "look for", Subject{Client: id}); err != nil {
				return nil, err
			}
			return &Whereabouts{Step: NotDelivered, FoundBy: "client id"}, nil
		}
		return nil, err
	}
	out := &Whereabouts{Step: IsClient, FoundBy: "client id"}
	if retired != "" {
		out.FoundBy, out.MergedFrom = "retired id", retired
		if out.Causes, err = t.texts(`SELECT kind || ': ' || coalesce(cause, '') FROM client.main.identity_events WHERE client_id = ? OR other_id = ? ORDER BY event_no DESC LIMIT 3`, retired, retired); err != nil {
			return nil, err
		}
	}
	return out, goneOr(t.p, Subject{Client: id}, t.fill(out, no))
}

// fill adds what is known of the client.
func (t *tracer) fill(out *Whereabouts, no int32) error {
	return t.one("SELECT client_id, coalesce(display_name, ''), party, n_records::BIGINT FROM clients WHERE client_no = ?", []any{no},
		&out.ClientID, &out.Name, &out.Party, &out.Records)
}

// locateRecord finds what became of one source record.
func (t *tracer) locateRecord(stream, key string) (*Whereabouts, error) {
	var ids []string
	var known *Stream
	for i := range t.p.Streams {
		ids = append(ids, t.p.Streams[i].ID())
		if ids[i] == stream {
			known = &t.p.Streams[i]
		}
	}
	if known == nil {
		return nil, errs.New(errs.Input, "look for", stream, "no such stream", suggest.Hint(stream, ids))
	}
	found, err := t.texts("SELECT client_no::VARCHAR || ' ' || record_no::VARCHAR || ' ' || coalesce(closed::VARCHAR, '') FROM client.main.identities WHERE stream = ? AND (key = ? OR starts_with(key, ?)) ORDER BY key",
		stream, key, key+"#")
	if err != nil {
		return nil, err
	}
	if len(found) > 0 { // a record, or the first of several that its row gives
		part := strings.SplitN(found[0], " ", 3)
		out := &Whereabouts{Step: IsClient, FoundBy: "record", Closed: part[2]}
		no, err := strconv.Atoi(part[0])
		if err != nil {
			return nil, errs.Wrap(errs.Bug, "look for", stream, err, "report it")
		}
		if err := t.fill(out, int32(no)); err != nil {
			return nil, goneOr(t.p, Subject{Record: stream + ":" + key}, err)
		}
		if out.Records > 1 {
			out.MergedFrom = stream + " " + key
			out.Causes, err = t.texts(`SELECT o.stream || ' ' || o.key || ': ' || e.why FROM client.main.match_edges e
				JOIN client.main.identities o ON o.record_no = CASE WHEN e.record_a = ?::BIGINT THEN e.record_b ELSE e.record_a END
				WHERE (e.record_a = ?::BIGINT OR e.record_b = ?::BIGINT) AND o.client_no = ? ORDER BY e.bits DESC, o.stream, o.key LIMIT 3`, part[1], part[1], part[1], no)
		}
		return out, err
	}
	if err := gone(t.p, "look for", Subject{Record: stream + ":" + key}); err != nil {
		return nil, err
	}
	rows, err := t.landedRows(known, key)
	if err != nil {
		return nil, err
	}
	return lost(rows, "record"), nil
}

// lost sums rows up: the step of the last one that there is.
func lost(rows []LostRow, by string) *Whereabouts {
	out := &Whereabouts{Step: NotDelivered, FoundBy: by, Rows: rows}
	if n := len(rows); n > 0 {
		out.Step = rows[n-1].Step
	}
	return out
}

// locateText finds a client by name, phone or number. Only somebody who fits
// every word, and better than all others, is taken for the one who is meant.
func (t *tracer) locateText(text string) (*Whereabouts, error) {
	const show = 10
	found, err := Find(t.ctx, t.p, t.s, Question{Text: text}, show)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		rows, err := t.lostRows(text)
		if err != nil {
			return nil, err
		}
		return lost(rows, "name or number"), nil
	}
	best := found[0]
	if best.fits >= takeApart(text).parts() && (len(found) == 1 || best.Score >= found[1].Score+2) {
		no, _, err := t.clientNo(best.ClientID)
		if err != nil {
			return nil, err
		}
		out := &Whereabouts{Step: IsClient, FoundBy: strings.Join(best.Why, ", ")}
		return out, t.fill(out, no)
	}
	out := &Whereabouts{Step: Ambiguous, FoundBy: "name or number"}
	for _, f := range found {
		c := Candidate{ClientID: f.ClientID, Name: initials(f.Name), Party: f.Party, City: f.City, Why: f.Why}
		if len(f.Born) >= 4 {
			c.Born = f.Born[:4]
		}
		if f.Party == "organization" {
			c.Name = f.Name
		}
		out.Candidates = append(out.Candidates, c)
	}
	return out, nil
}

// initials keeps the first letter of every word.
func initials(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLetter(r) {
			words[i] = string(r) + "•••"
		}
	}
	return strings.Join(words, " ")
}
