package ledger

import (
	"fmt"
	"sort"
)

// Names of what a check finds. Each is one kind of damage or attack.
const (
	LedgerDeleted     = "ledger deleted"
	LeavesDeleted     = "leaves deleted"
	LeafChanged       = "leaf changed"
	LeavesSwapped     = "leaves swapped"
	BundleTruncated   = "bundle truncated"
	TileChanged       = "tile changed"
	FileMissing       = "file missing"
	FileChanged       = "file changed"
	CheckpointChanged = "checkpoint changed"
	HistoryChanged    = "checkpoint history changed"
	KeyChanged        = "key changed"
	OtherKey          = "signed with another key"
	Forked            = "forked after a checkpoint"
	Rewritten         = "rewritten"
	ClockBack         = "clock moved back"
	PointerEdited     = "pointer edited"
	OlderSnapshot     = "older snapshot in force"
	ManifestChanged   = "manifest changed"
	ListedTwice       = "file listed twice"
	NotListed         = "file not listed"
	JournalChanged    = "journal changed"
	JournalShortened  = "journal shortened"
	RecordMissing     = "not in the ledger"
	ValueChanged      = "value changed"
)

// Finding is one thing that is not as it must be.
type Finding struct {
	Name  string `json:"name"`  // of the names above
	Thing string `json:"thing"` // a file under data, or a leaf
	What  string `json:"what"`  // in words
}

// String is the finding on one line.
func (f Finding) String() string { return f.Name + ": " + f.Thing + ": " + f.What }

// findings are collected as they come and given in one order.
type findings []Finding

func (l *findings) add(name, thing, what string, args ...any) {
	*l = append(*l, Finding{name, thing, fmt.Sprintf(what, args...)})
}

// inOrder sorts by thing, so that the way in which a check goes does not show.
func inOrder(list []Finding) []Finding {
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Thing != list[j].Thing {
			return list[i].Thing < list[j].Thing
		}
		return list[i].Name < list[j].Name
	})
	return list
}
