package journal

// KindApproval is the act of a second person who says yes to an act that needs
// one; see Approval.
const KindApproval Kind = "approval"

// Approval says yes to an earlier act of somebody else, or to parts of the
// configuration as they stand.
type Approval struct {
	Of    int64             `json:"of,omitempty"`    // seq of the act
	Parts map[string]string `json:"parts,omitempty"` // part of the configuration → SHA-256 of what it says
}

// Approved maps each act of a list to the act that approves it: by another
// person than its own, the earliest that was not taken back. Taken gives the act
// that took back the last approval of an act that has none any more.
func Approved(list []Entry) (approved, taken map[int64]*Entry, err error) {
	undone := TakenBack(list)
	approved, taken = map[int64]*Entry{}, map[int64]*Entry{}
	author := map[int64]string{}
	for i := range list {
		e := &list[i]
		author[e.Seq] = e.Actor.User
		if e.Kind != KindApproval || e.UndoOf != 0 {
			continue
		}
		var a Approval
		if err := e.Decode(&a); err != nil {
			return nil, nil, err
		}
		switch {
		case a.Of == 0 || a.Of >= e.Seq || author[a.Of] == e.Actor.User:
		case undone[e.Seq] != nil:
			taken[a.Of] = undone[e.Seq]
		case approved[a.Of] == nil:
			approved[a.Of] = e
		}
	}
	return approved, taken, nil
}
