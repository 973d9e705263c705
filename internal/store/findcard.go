package store

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/internal/errs"
)

// Card is what a search shows of a client: columns of its row in clients.
type Card struct {
	ClientID string
	Party    string
	Name     string
	Born     string // ISO day
	City     string
	Records  int64
}

// termID is the kind of term that client ids are.
const termID = "id"

// addCards puts what searches show of the clients of a batch into the search
// index, where it is read without the engine, and their ids as terms.
func (s *Staging) addCards(rec arrow.RecordBatch) error {
	col := func(name string) arrow.Array {
		if i := rec.Schema().FieldIndices(name); len(i) == 1 {
			return rec.Column(i[0])
		}
		return nil
	}
	text := func(name string) func(i int) string {
		c, ok := col(name).(*array.String)
		return func(i int) string {
			if !ok || c.IsNull(i) {
				return ""
			}
			return c.Value(i)
		}
	}
	id, party, name, city := text("client_id"), text("party"), text("display_name"), text("city")
	no, records, born := numbers(col("client_no")), numbers(col("n_records")), numbers(col("birth_date"))
	b := s.finder()
	var buf []byte
	for i := range int(rec.NumRows()) {
		n, ok := no(i)
		if !ok {
			return errs.New(errs.Bug, "insert", "clients", "the client_no of a row is missing or no number", "report it")
		}
		c := Card{ClientID: id(i), Party: party(i), Name: name(i), City: city(i)}
		c.Records, _ = records(i)
		if err := b.Add(termID, c.ClientID, uint32(n)); err != nil {
			return err
		}
		day, known := born(i)
		buf = c.append(buf[:0], day, known)
		if err := b.Card(uint32(n), buf); err != nil {
			return err
		}
	}
	return nil
}

// numbers reads a column of whole numbers or days; false = null or no such column.
func numbers(col arrow.Array) func(i int) (int64, bool) {
	return func(i int) (int64, bool) {
		if col == nil || col.IsNull(i) {
			return 0, false
		}
		switch c := col.(type) {
		case *array.Int32:
			return int64(c.Value(i)), true
		case *array.Int64:
			return c.Value(i), true
		case *array.Date32:
			return int64(c.Value(i)), true
		}
		return 0, false
	}
}

// A card in the index: what it knows (bit 0: a birth date, bit 1: the id is 16
// bytes and not a text), records, birth date (days since 1970, zigzag), then id,
// party, name and city, each after its length; all numbers are varints.
const (
	cardBorn = 1 << iota
	cardID
)

func (c *Card) append(b []byte, day int64, known bool) []byte {
	flags, id := byte(0), []byte(c.ClientID)
	if raw, err := hex.DecodeString(c.ClientID); err == nil && hex.EncodeToString(raw) == c.ClientID {
		flags, id = flags|cardID, raw
	}
	if known {
		flags |= cardBorn
	}
	b = binary.AppendUvarint(append(b, flags), uint64(c.Records))
	if known {
		b = binary.AppendVarint(b, day)
	}
	b = append(binary.AppendUvarint(b, uint64(len(id))), id...)
	for _, t := range []string{c.Party, c.Name, c.City} {
		b = append(binary.AppendUvarint(b, uint64(len(t))), t...)
	}
	return b
}

// cardReader takes a card apart; after a fault everything is empty.
type cardReader struct {
	b   []byte
	bad bool
}

func (r *cardReader) number(read func([]byte) int) {
	n := read(r.b)
	if r.bad = r.bad || n <= 0; r.bad {
		r.b = nil
		return
	}
	r.b = r.b[n:]
}

func (r *cardReader) bytes() []byte {
	size := uint64(0)
	r.number(func(b []byte) (n int) { size, n = binary.Uvarint(b); return n })
	if r.bad = r.bad || size > uint64(len(r.b)); r.bad {
		return nil
	}
	out := r.b[:size]
	r.b = r.b[size:]
	return out
}

// readCard reads a card; false when it is none.
func readCard(b []byte) (Card, bool) {
	if len(b) == 0 {
		return Card{}, false
	}
	flags, c, r := b[0], Card{}, cardReader{b: b[1:]}
	r.number(func(b []byte) int { v, n := binary.Uvarint(b); c.Records = int64(v); return n })
	if flags&cardBorn != 0 {
		r.number(func(b []byte) int {
			day, n := binary.Varint(b)
			c.Born = time.Unix(day*86400, 0).UTC().Format(time.DateOnly)
			return n
		})
	}
	id := r.bytes()
	if c.ClientID = string(id); flags&cardID != 0 {
		c.ClientID = hex.EncodeToString(id)
	}
	c.Party, c.Name, c.City = partyWord(r.bytes()), string(r.bytes()), string(r.bytes())
	return c, !r.bad && len(r.b) == 0
}

// partyWord makes no new text of the words that all cards bear.
func partyWord(b []byte) string {
	switch string(b) {
	case "person":
		return "person"
	case "organization":
		return "organization"
	}
	return string(b)
}

// laid is what an overlay says to the search: terms that clients bear besides
// those of the index, and how cards changed.
type laid struct {
	bearers map[Term][]uint32 // terms without a client → clients, ascending
	words   map[string][]string
	top     int
	cards   map[uint32][]Change
}

func layOver(o *Overlay) *laid {
	l := &laid{bearers: map[Term][]uint32{}, words: map[string][]string{}, cards: map[uint32][]Change{}}
	for _, t := range o.Terms {
		no := uint32(t.ClientNo)
		t.ClientNo = 0
		list, known := l.bearers[t]
		if !known && slices.Contains(searchWords, t.Kind) {
			l.words[t.Kind] = append(l.words[t.Kind], t.Text)
		}
		if at, has := slices.BinarySearch(list, no); !has {
			l.bearers[t] = slices.Insert(list, at, no)
		}
		l.top = max(l.top, int(no)+1)
	}
	for _, c := range o.Changes {
		if no, ok := c.Key.(int32); ok && c.Table == "clients" {
			l.cards[uint32(no)] = append(l.cards[uint32(no)], c)
		}
	}
	return l
}

// change gives the card with what people did since; false when they took the
// client out of sight.
func (l *laid) change(no uint32, c *Card) bool {
	for _, ch := range l.cards[no] {
		if len(ch.Set) == 0 && !ch.Add {
			return false
		}
		for _, x := range []struct {
			col string
			to  *string
		}{{"display_name", &c.Name}, {"birth_date", &c.Born}, {"city", &c.City}} {
			if v, set := ch.Set[x.col]; set {
				*x.to, _ = v.(string)
			}
		}
	}
	return true
}

// Card gives what is to be shown of a client, with what people did since the
// snapshot; false when nothing is. buf is room that is used again and again.
func (f *Finder) Card(no uint32, buf []byte) (Card, []byte, bool, error) {
	raw, ok, err := f.index.Card(no, buf[:0])
	if err != nil || !ok {
		return Card{}, raw, false, err
	}
	c, ok := readCard(raw)
	if !ok {
		return Card{}, raw, false, errs.New(errs.Integrity, "find", f.sn.info.ID, "the search index holds a card that cannot be read", "`clientbase run --from-landing` builds it anew")
	}
	return c, raw, f.sn.laidOver().change(no, &c), nil
}

// ClientNo finds the number of a client by its whole id; false where the search
// index does not tell, which proves nothing: it may be of an older version.
func (sn *Snapshot) ClientNo(id string) (int32, bool, error) {
	if !sn.HasFinder() {
		return 0, false, nil
	}
	f, err := sn.Finder()
	if err != nil {
		return 0, false, err
	}
	list, err := f.index.Postings(termID, id, nil)
	if err != nil || len(list) != 1 {
		return 0, false, err
	}
	raw, ok, err := f.index.Card(list[0], nil)
	if err != nil || !ok {
		return 0, false, err
	}
	c, ok := readCard(raw)
	return int32(list[0]), ok && c.ClientID == id, nil
}
