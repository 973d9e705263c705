package outbound

import "context"

// Reasons for a recall that are no gate.
const (
	Expired = "expired" // the list's days are over
	Gone    = "gone"    // nobody is this person any more
	Erased  = "erased"  // the person was erased
)

// Drop is one row of a list that must not be used any more.
type Drop struct {
	Contact string `json:"contact_id"`
	Reason  string `json:"reason"` // a gate, or expired, gone, erased
	Why     string `json:"why,omitempty"`
}

// Recall is what became of a list since it left.
type Recall struct {
	List     string           `json:"list"`
	Rows     int64            `json:"rows"`
	Drops    int64            `json:"drops"`
	ByReason map[string]int64 `json:"by_reason"`
	Position int64            `json:"position"`
	Snapshot string           `json:"snapshot"`
	Dropped  []Drop           `json:"-"` // in the order of the list
}

// Recall judges the rows of an earlier list anew: the same person, now, at the
// contact point that was given away. Whoever would not be given away today must
// be dropped.
func (d *Door) Recall(ctx context.Context, list, today string) (*Recall, error) {
	x, err := findExport(d.Journal, list)
	if err != nil {
		return nil, err
	}
	head, rows, err := d.lists().load(x.List)
	if err != nil {
		return nil, err
	}
	said, position, err := d.Consents(ctx)
	if err != nil {
		return nil, err
	}
	j := NewJudge(d.Base, said, Question{Purpose: head.Purpose, Channel: head.Channel, AsOf: today, Today: today, MaxHolders: head.MaxHolders})
	out := &Recall{List: x.List, Rows: head.Rows, ByReason: map[string]int64{}, Position: position, Snapshot: d.Snapshot}
	for _, r := range rows {
		drop := Drop{Contact: r.Contact}
		if no, ok := d.person(r); r.Erased {
			drop.Reason = Erased
		} else if !ok {
			drop.Reason = Gone
		} else if v := j.Point(no, r.Point); v.Gate != "" {
			drop.Reason, drop.Why = string(v.Gate), v.Why
		} else if today >= head.Expires {
			drop.Reason = Expired
		}
		if drop.Reason != "" {
			out.Drops++
			out.ByReason[drop.Reason]++
			out.Dropped = append(out.Dropped, drop)
		}
	}
	return out, nil
}

// person finds who a row of a list stands for now: by the record, which merges
// and splits carry with them; by the client id when the record is gone.
func (d *Door) person(r listRow) (int32, bool) {
	if r.Erased {
		return 0, false
	}
	if no, ok := d.Base.Holder(r.Record); ok {
		return no, true
	}
	return d.ClientNo(r.Client)
}

// Appearance is a list on which a person stood.
type Appearance struct {
	Exported
	Contact string `json:"contact_id"`
	Then    string `json:"client_then"` // client id under which the person was given away
}

// ListsOf gives the lists on which a client stood, oldest first; Missing names
// lists whose rows are no longer kept, so that nobody takes them for a no.
func (d *Door) ListsOf(client int32) (found []Appearance, missing []string, err error) {
	all, err := Exports(d.Journal)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range all {
		_, rows, err := d.lists().load(x.List)
		if err != nil {
			missing = append(missing, x.List)
			continue
		}
		for _, r := range rows {
			if no, ok := d.person(r); ok && no == client {
				found = append(found, Appearance{x, r.Contact, r.Client})
			}
		}
	}
	return found, missing, nil
}
