package ledger

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"sort"
	"time"

	"clientbase/internal/errs"
)

// Kind says what a leaf is about.
type Kind string

// Kinds of leaf.
const (
	RunBegun   Kind = "run_begun"  // a run started
	RunEnded   Kind = "run_ended"  // it ended: with which snapshot, which files it added
	Replacing  Kind = "replacing"  // files that it is about to write anew or take away; listed again when it ends
	Published  Kind = "published"  // a snapshot is being made current; subject is its id
	Held       Kind = "held"       // a snapshot waits for a person
	Aborted    Kind = "aborted"    // a publication or a held snapshot that did not come to be in force
	Configured Kind = "configured" // parts of the configuration are not what they were
	Approved   Kind = "approved"   // a second person agreed
	Acted      Kind = "acted"      // an entry of the journal; subject is "journal <seq>"
	Exported   Kind = "exported"   // data left the house
	Accessed   Kind = "accessed"   // a batch of reads
	Destroyed  Kind = "destroyed"  // keys or files were destroyed; subject says at whose request
	Restored   Kind = "restored"   // the data folder came back from a backup
	Rotated    Kind = "rotated"    // keys were wrapped anew
)

// Kinds lists the known kinds in the order of their meaning.
func Kinds() []Kind {
	return []Kind{RunBegun, RunEnded, Replacing, Published, Held, Aborted, Configured, Approved, Acted, Exported, Accessed, Destroyed, Restored, Rotated}
}

// Leaf is one entry of the log.
type Leaf struct {
	Format  int       `json:"format"`
	At      time.Time `json:"at"` // when it was appended; zero: the log's clock, read under its lock
	Kind    Kind      `json:"kind"`
	Actor   string    `json:"actor,omitempty"`
	Role    string    `json:"role,omitempty"`
	Run     string    `json:"run,omitempty"`
	Subject string    `json:"subject,omitempty"` // ids only: a snapshot, a list, "journal 17", a file
	Sums    []Sum     `json:"sums,omitempty"`    // sorted by name
}

// Sum is a named SHA-256 or HMAC in hex, or a small count as text.
type Sum struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// Sum gives the hash of a name, "" when the leaf has none.
func (l Leaf) Sum(name string) string {
	for _, s := range l.Sums {
		if s.Name == name {
			return s.Hash
		}
	}
	return ""
}

const leafFormat = 1

// encode gives the canonical text of a leaf: compact JSON, fields as declared,
// sums by name, the time in UTC to the microsecond.
func (l Leaf) encode() ([]byte, error) {
	l.Format, l.At = leafFormat, l.At.UTC().Truncate(time.Microsecond)
	l.Sums = slices.Clone(l.Sums)
	sort.Slice(l.Sums, func(i, j int) bool { return l.Sums[i].Name < l.Sums[j].Name })
	for i := 1; i < len(l.Sums); i++ {
		if l.Sums[i].Name == l.Sums[i-1].Name {
			return nil, errs.New(errs.Bug, "write ledger", string(l.Kind), "two sums are called "+l.Sums[i].Name, "report it")
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(l); err != nil {
		return nil, errs.Wrap(errs.Bug, "write ledger", string(l.Kind), err, "report it")
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if len(text) > math.MaxUint16 {
		return nil, errs.New(errs.Bug, "write ledger", string(l.Kind), "the leaf is longer than 65535 bytes", "list its files in a listing; report it")
	}
	return text, nil
}

// decode reads a leaf.
func decode(text []byte) (Leaf, error) {
	l, ok := plain(text)
	if ok {
		return l, nil
	}
	if err := json.Unmarshal(text, &l); err != nil || l.Format < 1 {
		return l, errs.New(errs.Integrity, "read ledger", "", "a leaf is not of this format", "use the program version that wrote it")
	}
	if l.Format > leafFormat {
		return l, errs.New(errs.Integrity, "read ledger", "", "a leaf was written by a later version of the program", "use that version")
	}
	return l, nil
}
