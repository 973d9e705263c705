package dedupe

import (
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"
)

// feature is one compared attribute: the columns of one role joined, with all
// that a comparison needs precomputed per distinct value. Value ids here are
// canonical: texts that differ in letter case or spaces only share one.
type feature struct {
	name     string
	role     Role
	cols     []int              // table columns, in order
	held     [][]uint32         // per column: the dictionary ids that rows have, in order
	remap    [][]uint32         // per column: dictionary id → canonical id
	hash     []uint64           // per value: stable hash of its canonical text
	text     []uint16           // folded letters of all values
	off      []uint32           // text of v is text[off[v]:off[v+1]]
	day      []uint32           // per value packed yyyymmdd, 0 = not a date; nil unless a date role
	num      []uint64           // per value packed digits, 0 = not a number of some digits; nil unless a role of numbers
	cards    []card             // per value, roles of words only
	tok      lists              // sorted hashes of words, roles with words only
	strong   lists              // key hashes: the same thing written another way
	weak     lists              // key hashes: sounds alike
	place    lists              // key hashes of parts of an address: city, house
	keys     []valueKey         // blocking keys
	unproved bool               // personal numbers that no check digit guards
	multi    bool               // some row holds several values
	count    []uint32           // rows per value; filled when training
	lf       []float32          // log2 of the value's frequency under the model
	common   []bool             // value held by too many to say anything
	alias    map[uint32][]other // other names of a value under the model; nil = none
}

// valueKey is a blocking key of a feature: hashes per value.
type valueKey struct {
	name string
	of   lists
}

// lists is a list of small lists in two arrays.
type lists struct {
	off []uint32
	val []uint32
}

func (l *lists) get(v uint32) []uint32 {
	if int(v)+1 >= len(l.off) {
		return nil
	}
	return l.val[l.off[v]:l.off[v+1]]
}

func (l *lists) end() {
	if l.off == nil {
		l.off = append(l.off, 0)
	}
	l.off = append(l.off, uint32(len(l.val)))
}

func (f *feature) letters(v uint32) []uint16 { return f.text[f.off[v]:f.off[v+1]] }

func (f *feature) values() int { return len(f.hash) }

// mix joins two hashes; it is part of what a model pins, so it never changes.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xe7037ed1a0b428db)
	return hi ^ lo
}

// hash32 shortens a key hash. It is even and not 0: 0 means "none", and bit 0
// is where a blocker marks values that are hot.
func hash32(h uint64) uint32 {
	x := uint32(h^h>>32) &^ 1
	if x == 0 {
		return 2
	}
	return x
}

// fold appends the canonical letters of s: lower case, no outer or doubled
// spaces; for numbers and documents letters and digits only.
func fold(dst []uint16, s string, bare bool) []uint16 {
	start, space := len(dst), false
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		switch {
		case r < utf8.RuneSelf:
		case r < 0xe0 && i+1 < len(s) && r >= 0xc2 && s[i+1]&0xc0 == 0x80: // most letters that are not Latin: no call for each
			r, size = r&0x1f<<6|rune(s[i+1]&0x3f), 2
		default:
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		c := uint16(0)
		if uint32(r) < uint32(len(folded)) {
			c = folded[r]
		} else {
			c = foldRune(r)
		}
		if c < ' ' {
			if bare {
				continue
			}
			if c == foldSpace {
				space = true
				continue
			}
			c = basic(unicode.ToLower(r))
		}
		if space && len(dst) > start {
			dst = append(dst, ' ')
		}
		space = false
		dst = append(dst, c)
	}
	return dst
}

// folded holds foldRune of the letters that nearly all texts are made of.
var folded = func() (table [0x530]uint16) {
	for r := range table {
		table[r] = foldRune(rune(r))
	}
	return table
}()

// What foldRune says of a rune that is neither letter, digit nor mark.
const (
	foldSpace = 1
	foldOther = 2 // stands for itself, unless only letters and digits count
)

// foldRune gives the lower-case letter or digit.
func foldRune(r rune) uint16 {
	r = unicode.ToLower(r)
	switch {
	case unicode.IsSpace(r):
		return foldSpace
	case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
		return foldOther
	}
	return basic(r)
}

// basic folds what lies outside the basic plane into the private area.
func basic(r rune) uint16 {
	if r > 0xFFFF {
		r = 0xE000 + r%0x1900
	}
	return uint16(r)
}

func hashLetters(seed uint64, x []uint16) uint64 {
	h := seed ^ 14695981039346656037
	for _, c := range x {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// foldedAtOnce is how many values are folded before they are looked for.
const foldedAtOnce = 64

// newFeature joins columns of t into one feature of a role. Keys that are
// neither wanted nor compared are named, but have no values.
func newFeature(t *Table, name string, role Role, cols []int, wanted func(key string) bool) *feature {
	f := newValues(t, name, role, cols)
	f.addKeys(t, wanted)
	return f
}

// newValues is a feature without keys: its values, each once, and which of them
// each id of the columns' dictionaries is.
func newValues(t *Table, name string, role Role, cols []int) *feature {
	f := &feature{name: name, role: role, cols: cols}
	bare := role == NationalID || role == Account || role == Document || role == Phone || role == Postcode || role == BirthDate || role == Date
	values, letters := 0, 0
	for _, ci := range cols {
		c := &t.Cols[ci]
		held := c.held() // the dictionary serves other tables too
		for _, v := range held {
			letters += utf8.RuneCountInString(c.Dict.Get(v))
		}
		f.held, values = append(f.held, held), values+len(held)
	}
	f.hash = append(make([]uint64, 0, values+1), 0)
	f.off = append(make([]uint32, 0, values+2), 0, 0)
	f.text = make([]uint16, 0, letters) // as many at most
	seen := indexFor(values)
	var text []uint16
	var ends []int
	var hashes []uint64
	for i, ci := range cols {
		c := &t.Cols[ci]
		m := make([]uint32, c.Dict.Len())
		for held := f.held[i]; len(held) > 0; {
			some := held[:min(foldedAtOnce, len(held))]
			held = held[len(some):]
			text, ends, hashes = text[:0], ends[:0], hashes[:0]
			for _, v := range some {
				start := len(text)
				text = fold(text, c.Dict.Get(v), bare)
				ends, hashes = append(ends, len(text)), append(hashes, hashLetters(uint64(role), text[start:]))
			}
			seen.warm(hashes)
			start := 0
			for k, v := range some {
				x := text[start:ends[k]]
				if start = ends[k]; len(x) == 0 {
					continue // nothing left: missing
				}
				id, found := seen.put(hashes[k], uint32(len(f.hash)))
				if !found {
					f.hash, f.text = append(f.hash, hashes[k]), append(f.text, x...)
					f.off = append(f.off, uint32(len(f.text)))
				}
				m[v] = id
			}
		}
		f.remap = append(f.remap, m)
		if c.Off != nil {
			for r := 0; r < t.Rows && !f.multi; r++ {
				f.multi = c.Off[r+1]-c.Off[r] > 1
			}
		}
	}
	f.multi = f.multi || len(cols) > 1
	f.unproved = slices.ContainsFunc(cols, func(ci int) bool { return t.Cols[ci].Unproved })
	if role == BirthDate || role == Date {
		f.day = make([]uint32, f.values())
		for v := 1; v < f.values(); v++ {
			f.day[v] = packDay(parseDay(f.letters(uint32(v))))
		}
	}
	return f
}

// addKeys computes the keys of the values, and what a comparison looks at
// first. Without a table there are only the keys that need no language.
func (f *feature) addKeys(t *Table, wanted func(key string) bool) {
	if t != nil {
		f.externalKeys(t, wanted)
	}
	f.genericKeys(wanted)
	f.prepareLevels()
}

// parseDay reads 2006-01-02 or 20060102 and checks the ranges loosely, so that
// a typing error such as month 13 can still be compared part by part.
func parseDay(x []uint16) uint32 {
	n, digits := uint32(0), 0
	for _, c := range x {
		if c >= '0' && c <= '9' {
			n, digits = n*10+uint32(c-'0'), digits+1
		} else if c != '-' {
			return 0
		}
	}
	if digits != 8 || n < 10000000 {
		return 0
	}
	return n
}

// rowValues appends the canonical ids of row r, missing ones left out.
func (f *feature) rowValues(dst []uint32, t *Table, r int) []uint32 {
	start := len(dst)
	for i, ci := range f.cols {
		for _, v := range t.Cols[ci].Of(r) {
			if id := f.remap[i][v]; id != 0 && !slices.Contains(dst[start:], id) {
				dst = append(dst, id)
			}
		}
	}
	return dst
}

// comparedKey reports that comparisons of a role look at the key, whether or not it
// makes blocks.
func comparedKey(role Role, name string) bool {
	switch name {
	case "lemma", "translit", "key", "core", "full":
		return wordy(role)
	case "skeleton":
		return wordy(role) && role != Address && role != Email
	case "city", "house":
		return role == Address
	case "word":
		return wordy(role) && role != Email
	}
	return false
}

// wordy tells the roles whose values are texts: they have cards.
func wordy(role Role) bool {
	switch role {
	case NationalID, Document, Phone, Postcode, House, Number, Gender, Code, Account, BirthDate, Date:
		return false
	}
	return true
}

func joinLists(a, b lists, n int) lists {
	if a.off == nil {
		return b
	}
	var l lists
	for v := 0; v < n; v++ {
		start := len(l.val)
		l.val = append(append(l.val, a.get(uint32(v))...), b.get(uint32(v))...)
		slices.Sort(l.val[start:])
		l.end()
	}
	return l
}

// meet reports whether two sorted lists share an element.
func meet(a, b []uint32) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			return true
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return false
}
