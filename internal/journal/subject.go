package journal

import "clientbase/internal/opaque"

// Verbs of acts on the rights of a person.
const (
	SubjectHold     = "hold"     // a duty to keep: no erasure while it lasts
	SubjectRestrict = "restrict" // kept, and used for nothing
	SubjectForget   = "forget"   // to be erased; it restricts at once
	SubjectErased   = "erased"   // what a forget did, once nothing is left
	SubjectAdmit    = "admit"    // a record that was taken for an erased person is another's
	SubjectDossier  = "dossier"  // a person was told what is kept
	SubjectRetain   = "retain"   // rows past their time were erased
)

// SubjectAct is the payload of an act on the rights of a person. It holds no
// value: records by their names, contact points and all else by tokens.
type SubjectAct struct {
	Verb       string            `json:"verb"`
	Ground     string            `json:"ground,omitempty"` // what the person or the law asks it for
	Ref        string            `json:"ref,omitempty"`    // the letter or case that asked, as the office numbers it
	Client     string            `json:"client,omitempty"` // id then
	Since      string            `json:"since,omitempty"`  // ISO day
	Until      string            `json:"until,omitempty"`  // ISO day, not included; "" = open
	Records    []Record          `json:"records,omitempty"`
	Points     []Point           `json:"points,omitempty"`
	Marks      *Marks            `json:"marks,omitempty"`      // forget: how the person is known when a source delivers them again
	Versions   int               `json:"versions,omitempty"`   // forget: versions of the person's records, each with a commitment key
	Overrides  []int64           `json:"overrides,omitempty"`  // forget: entries that set a value of the person by hand
	Categories []string          `json:"categories,omitempty"` // forget: kinds of data kept of the person: attributes and facts
	Recalls    []Recall          `json:"recalls,omitempty"`    // forget: lists that went out with the person on them
	Cuts       map[string]string `json:"cuts,omitempty"`       // retain: stream → ISO day before which rows are past their time
	Request    int64             `json:"request,omitempty"`    // erased: the forget it ends
	Did        *Erasure          `json:"did,omitempty"`        // erased, retain: what was done
}

// Marks are keyed tokens of an erased person. A row that bears one of Sure is
// the person's; one that bears one of Points or Documents is, unless another
// name stands in it; one that has only name and birth date in common may be.
type Marks struct {
	Sure      []opaque.Token `json:"sure"`           // records, accounts, cards, visitors
	Documents []opaque.Token `json:"documents"`      // personal numbers
	Points    []opaque.Token `json:"points"`         // phones and e-mails that nobody else held
	Names     []opaque.Token `json:"names"`          // surname with given name
	Full      []opaque.Token `json:"full"`           // surname, given name, patronymic
	Born      []opaque.Token `json:"born,omitempty"` // name with birth date; none where somebody else has both
	Common    bool           `json:"common"`         // others bear this surname and given name
}

// Recall is one row of a list that left.
type Recall struct {
	List      string `json:"list"`
	Recipient string `json:"recipient"`
	Contact   string `json:"contact_id"`
	At        string `json:"at"` // ISO day on which it left
	Expires   string `json:"expires"`
}

// Erasure counts what was destroyed.
type Erasure struct {
	Rows       map[string]int64 `json:"rows"`       // landed rows that became tombstones, by stream
	Mentions   int64            `json:"mentions"`   // words overwritten in rows of others
	Cells      int64            `json:"cells"`      // cells of others' rows that spoke of the person
	Batches    int64            `json:"batches"`    // landed files written anew, their old keys destroyed
	Quarantine int64            `json:"quarantine"` // rows set aside that were blanked
	Lists      int64            `json:"lists"`      // rows of lists that left
	Acts       int64            `json:"acts"`       // values set by hand whose keys were destroyed
	Keys       int64            `json:"keys"`       // commitment keys destroyed
	Snapshots  []string         `json:"snapshots"`  // older snapshots that were removed
	Snapshot   string           `json:"snapshot"`   // the first without the person
	Categories []string         `json:"categories"` // kinds of data that were destroyed: attributes and facts
}

// AllRows counts the landed rows that became tombstones.
func (e *Erasure) AllRows() int64 {
	n := int64(0)
	for _, k := range e.Rows {
		n += k
	}
	return n
}
