package dedupe

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"clientbase/internal/opaque"
)

// Identity is one persistent client id.
type Identity struct {
	ID   opaque.Token
	Born uint32       // number of the run that created it
	Into opaque.Token // zero while alive; else the id that took it over
}

// Ledger remembers which id every record has and which ids there ever were.
// It is a value: Assign gives a new one.
type Ledger struct {
	Of  map[string]opaque.Token // record name → id; also of records that are gone, so that they find their id again
	IDs map[opaque.Token]Identity
}

// NewLedger is the ledger before the first run.
func NewLedger() *Ledger {
	return &Ledger{Of: map[string]opaque.Token{}, IDs: map[opaque.Token]Identity{}}
}

// Resolve follows a retired id to the living one; false when it never existed.
func (l *Ledger) Resolve(id opaque.Token) (opaque.Token, bool) {
	for n := 0; n <= len(l.IDs); n++ {
		i, ok := l.IDs[id]
		if !ok {
			return opaque.Token{}, false
		}
		if i.Into.IsZero() {
			return id, true
		}
		id = i.Into
	}
	return opaque.Token{}, false
}

// EventKind says what happened to an id.
type EventKind string

// Kinds of identity events.
const (
	Created    EventKind = "created"    // ID is new, or revived after an undone merge
	Merged     EventKind = "merged"     // Other was retired into ID
	SplitOff   EventKind = "split"      // ID was parted from Other
	Reassigned EventKind = "reassigned" // Records went from Other to ID, both of which lived before
)

// Event is one change of identity with its cause: "new records" when a record
// that was not there before is among those concerned, "decision" when a
// person's verdict names one of them, else "changed evidence".
type Event struct {
	Kind    EventKind
	ID      opaque.Token
	Other   opaque.Token
	Records int // how many records moved or are concerned
	Cause   string
}

// Assign carries ids from the previous ledger to a new partition. records[i]
// is in cluster[i]; run numbers the snapshot; mint makes the id of a cluster
// from a record name; decided tells whether a person's verdict names a record
// (nil = none does).
//
// Every old id goes to the cluster that holds the larger part of its records
// (on a tie, the part with the least record name). Of several ids that meet
// in a cluster the earliest wins, then the lesser id; the others retire and
// still resolve. A cluster that no id came to gets a new one from its least
// record name, which revives the id that an undone merge had retired.
// Without a change there are no events.
func Assign(prev *Ledger, records []string, cluster []uint32, run uint32, mint func(record string) opaque.Token,
	decided func(record string) bool) (*Ledger, []Event) {
	next := &Ledger{Of: maps.Clone(prev.Of), IDs: maps.Clone(prev.IDs)}
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(records[a], records[b]) })
	groups := map[uint32][]int{}
	var heads []uint32 // clusters by least record name
	for _, i := range order {
		c := cluster[i]
		if groups[c] == nil {
			heads = append(heads, c)
		}
		groups[c] = append(groups[c], i)
	}

	// Where does each living id go?
	type part struct {
		head, n int
	}
	best := map[opaque.Token]part{}
	for h, c := range heads {
		n := map[opaque.Token]int{}
		for _, i := range groups[c] {
			if id, ok := prev.Of[records[i]]; ok {
				n[id]++
			}
		}
		for id, k := range n {
			if b, ok := best[id]; !ok || k > b.n {
				best[id] = part{h, k} // heads come by least record name: on a tie the first stays
			}
		}
	}
	claims := make([][]opaque.Token, len(heads))
	for id, b := range best {
		claims[b.head] = append(claims[b.head], id)
	}

	var events []Event
	owner := make([]opaque.Token, len(heads))
	taken := map[opaque.Token]bool{}
	for h := range heads {
		ids := claims[h]
		if len(ids) == 0 {
			continue
		}
		slices.SortFunc(ids, func(a, b opaque.Token) int {
			if c := cmp.Compare(prev.IDs[a].Born, prev.IDs[b].Born); c != 0 {
				return c
			}
			return bytes.Compare(a[:], b[:])
		})
		owner[h] = ids[0]
		taken[ids[0]] = true
	}
	cause := func(h int) string {
		fresh := false
		for _, i := range groups[heads[h]] {
			if decided != nil && decided(records[i]) {
				return "decision"
			}
			if _, ok := prev.Of[records[i]]; !ok {
				fresh = true
			}
		}
		if fresh {
			return "new records"
		}
		return "changed evidence"
	}
	for h, c := range heads {
		if owner[h].IsZero() {
			free := func(id opaque.Token) bool { // living ids are never reused
				old, known := prev.IDs[id]
				return !taken[id] && (!known || !old.Into.IsZero())
			}
			var id opaque.Token
			for _, i := range groups[c] {
				if id = mint(records[i]); free(id) {
					break
				}
			}
			for n := 0; !free(id); n++ {
				id = mint(fmt.Sprintf("%s\x00%d", records[groups[c][0]], n))
			}
			taken[id] = true
			owner[h] = id
			born := run
			if old, known := prev.IDs[id]; known {
				born = old.Born
			}
			next.IDs[id] = Identity{ID: id, Born: born}
			from := map[opaque.Token]int{}
			for _, i := range groups[c] {
				if old, ok := prev.Of[records[i]]; ok {
					from[old]++
				}
			}
			if len(from) == 0 {
				events = append(events, Event{Created, id, opaque.Token{}, len(groups[c]), cause(h)})
			}
			for _, old := range sortedTokens(from) {
				events = append(events, Event{SplitOff, id, old, from[old], cause(h)})
			}
		}
	}
	for h, c := range heads {
		id := owner[h]
		for _, loser := range claims[h] {
			if loser != id {
				next.IDs[loser] = Identity{ID: loser, Born: prev.IDs[loser].Born, Into: id}
				events = append(events, Event{Merged, id, loser, best[loser].n, cause(h)})
			}
		}
		moved := map[opaque.Token]int{}
		for _, i := range groups[c] {
			if old, ok := prev.Of[records[i]]; ok && old != id && best[old].head != h && len(claims[h]) > 0 {
				moved[old]++
			}
			next.Of[records[i]] = id
		}
		for _, old := range sortedTokens(moved) {
			events = append(events, Event{Reassigned, id, old, moved[old], cause(h)})
		}
	}
	// Records that are gone follow the id they had.
	for r, id := range next.Of {
		if alive, ok := next.Resolve(id); ok && alive != id {
			next.Of[r] = alive
		}
	}
	return next, events
}

func sortedTokens(m map[opaque.Token]int) []opaque.Token {
	return slices.SortedFunc(maps.Keys(m), func(a, b opaque.Token) int { return bytes.Compare(a[:], b[:]) })
}
