package journal

import (
	"encoding/json"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// Kind says what an act is about; it decides the type of the payload.
type Kind string

// Kinds of act.
const (
	KindConsent    Kind = "consent"    // Consent: a grant or an objection
	KindOverride   Kind = "override"   // Override: a value set by hand
	KindDecision   Kind = "decision"   // Decision: whether two records are one party
	KindDelivery   Kind = "delivery"   // Resolution: discard of a landed delivery; subject is its id
	KindQuarantine Kind = "quarantine" // Resolution: replay or discard of set-aside rows
	KindSnapshot   Kind = "snapshot"   // Publication: release, discard or rollback
	KindExport     Kind = "export"     // Export: a list that left
	KindFile       Kind = "file"       // File: the result of a query that was taken away
	KindSubject    Kind = "subject"    // SubjectAct: a right of a person
)

// Actor is who runs a verb: the user of the operating system, the role that
// the configuration gives that user, and what for. It is passed as a value and
// recorded with every act.
type Actor struct {
	User    string `json:"user"`
	Role    string `json:"role"`
	Purpose string `json:"purpose,omitempty"`
}

// Entry is one act. Seq and At are set by Append.
type Entry struct {
	Seq      int64           `json:"seq"`
	At       time.Time       `json:"at"` // UTC, given by the caller
	Actor    Actor           `json:"actor"`
	Approver string          `json:"approver,omitempty"`
	Kind     Kind            `json:"kind"`
	Subject  string          `json:"subject"` // client id, record, quarantine id, snapshot id or list id; never a contact point
	Reason   string          `json:"reason,omitempty"`
	Payload  json.RawMessage `json:"payload,omitempty"`
	UndoOf   int64           `json:"undo_of,omitempty"` // seq of the act that this one takes back
}

// Record names a source record.
type Record struct {
	Stream string `json:"stream"`
	Key    string `json:"key"`
}

// Point is a contact point by its token: the same token that facts, refs and
// contact_points bear.
type Point struct {
	Kind  string       `json:"kind"` // schemas.RefPhone or RefEmail
	Token opaque.Token `json:"token"`
	Of    *Record      `json:"of,omitempty"` // grants: the record on which it stood; nil = the point itself, whoever holds it
}

// Consent is a grant or an objection. It is pinned to the records and contact
// points that the subject had when it was given, so that it survives every
// later merge and split: an objection reaches whoever holds one of them, a
// grant covers its own points only.
type Consent struct {
	State       string   `json:"state"`             // grant | objection
	Purpose     string   `json:"purpose,omitempty"` // dotted, marketing.deposits; empty = all (objections only)
	Channel     string   `json:"channel,omitempty"` // phone | sms | email | …; empty = all
	Since       string   `json:"since"`             // ISO day
	Until       string   `json:"until,omitempty"`   // ISO day, not included
	TextVersion string   `json:"text_version,omitempty"`
	Origin      string   `json:"origin,omitempty"` // how it was given: call, letter, branch
	Records     []Record `json:"records,omitempty"`
	Points      []Point  `json:"points,omitempty"`
}

// Override is a value set by hand: a source like any other, with an actor and
// a reason, anchored to the record by which its client is known.
type Override struct {
	Anchor Record
	Attr   string
	Value  opaque.Value // as typed; the rules cleanse it like any other
	Awaits bool         // it counts only once a second person has approved it
	Gone   bool         // the value was destroyed by an erasure
}

type overrideText struct {
	Anchor Record `json:"anchor"`
	Attr   string `json:"attr"`
	Value  string `json:"value,omitempty"`  // only in memory: see erasable.go
	Sealed string `json:"sealed,omitempty"` // the value under a key of its own, base64
	Key    string `json:"key,omitempty"`    // name of that key
	Awaits bool   `json:"awaits,omitempty"`
	Gone   bool   `json:"gone,omitempty"` // only in memory
}

// MarshalJSON reveals the value: payloads are written encrypted and nowhere else.
func (o Override) MarshalJSON() ([]byte, error) {
	return json.Marshal(overrideText{Anchor: o.Anchor, Attr: o.Attr, Value: o.Value.Reveal(), Awaits: o.Awaits})
}

// UnmarshalJSON is the inverse of MarshalJSON.
func (o *Override) UnmarshalJSON(b []byte) error {
	var t overrideText
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	*o = Override{t.Anchor, t.Attr, opaque.Of(t.Value), t.Awaits, t.Gone}
	return nil
}

// Words of a decision.
const (
	Same      = "same"
	Different = "different"
	Unsure    = "unsure"
)

// Decision is what a person said about two source records. It names records
// and no clients, so that it outlives every merge and split. What the evidence
// said then is kept with it: an estimate of precision must not use what the
// decision itself changed.
type Decision struct {
	A       Record  `json:"a"` // comes before B by stream and key
	B       Record  `json:"b"`
	Verdict string  `json:"verdict"` // same | different | unsure
	Bits    float64 `json:"bits"`    // weight of the pair when it was judged
	One     bool    `json:"one"`     // whether both were one client then
	Model   string  `json:"model"`   // version of the matching model
	Next    bool    `json:"next"`    // whether it was the first open pair of its zone in random order
}

// Resolution says what becomes of quarantined rows or of a delivery.
type Resolution struct {
	Verb string `json:"verb"` // replay | discard
	Rows int    `json:"rows"`
}

// File is the result of a query that was written to a file. What was asked
// stands in the access log under Read.
type File struct {
	Format    string   `json:"format"`
	Encrypted bool     `json:"encrypted,omitempty"`
	Recipient string   `json:"recipient"`
	Rows      int64    `json:"rows"`
	Columns   []string `json:"columns"`
	Snapshot  string   `json:"snapshot"`
	Position  int64    `json:"position"` // acts up to this one are in it
	SHA256    string   `json:"sha256"`
	Read      int64    `json:"read,omitempty"`
}

// Publication is an act on a snapshot.
type Publication struct {
	Verb     string `json:"verb"` // release | discard | rollback
	Snapshot string `json:"snapshot"`
}

// Export is a list that left through the outbound door. Its rows stand
// encrypted beside the journal under List.
type Export struct {
	List      string           `json:"list"` // id of the list
	Segment   string           `json:"segment"`
	Version   int              `json:"version"`
	Purpose   string           `json:"purpose"`
	Channel   string           `json:"channel"`
	Recipient string           `json:"recipient"`
	Profile   string           `json:"profile"` // recipients/<profile>.yaml
	Snapshot  string           `json:"snapshot"`
	Position  int64            `json:"position"` // journal position that the gates saw
	AsOf      string           `json:"as_of"`
	Expires   string           `json:"expires"` // ISO day on which the list must be dropped
	Rows      int64            `json:"rows"`
	Waterfall map[string]int64 `json:"waterfall"`
	SHA256    string           `json:"sha256"` // of the delivered file
}

// WithPayload gives the entry with v as its payload.
func (e Entry) WithPayload(v any) (Entry, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return e, errs.Hidden(errs.Bug, "write journal", string(e.Kind), "the payload cannot be encoded", err, "report it")
	}
	e.Payload = b
	return e, nil
}

// Decode reads the payload of an entry of its kind into v.
func (e Entry) Decode(v any) error {
	if err := json.Unmarshal(e.Payload, v); err != nil {
		return errs.Hidden(errs.Integrity, "read journal", string(e.Kind), "the payload is not of its kind", err, "use the program version that wrote it")
	}
	return nil
}

// TakenBack maps each act that does not count any more to the act that took it
// back. An undo may itself be undone; then what it took back counts again. Of
// several undos that count the earliest stands.
func TakenBack(list []Entry) map[int64]*Entry {
	by := map[int64]*Entry{}
	for i := len(list) - 1; i >= 0; i-- { // a later undo decides whether an earlier one counts
		if e := &list[i]; e.UndoOf != 0 && by[e.Seq] == nil {
			by[e.UndoOf] = e
		}
	}
	return by
}

// Effective leaves out what was taken back, and the acts of taking back.
func Effective(list []Entry) []Entry {
	undone := TakenBack(list)
	var out []Entry
	for _, e := range list {
		if e.UndoOf == 0 && undone[e.Seq] == nil {
			out = append(out, e)
		}
	}
	return out
}
