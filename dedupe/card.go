package dedupe

import (
	"math/bits"
	"slices"
)

// card is what most comparisons of two texts need to know of each, side by
// side: a pair that is far apart is told from its two cards, without looking
// at letters and keys. Sets are kept as bits by hash: two sets whose bits do
// not meet have nothing in common; bits that meet prove nothing.
type card struct {
	letters uint64 // the text's letters with their number of occurrence
	a       uint64 // names: strong keys; e-mails: letters before the @; else strong keys and, above, the weak or place keys
	b       uint64 // names: weak keys; e-mails: strong keys and, above, the number of the domain; else words
	id      uint32 // names: the first letter; e-mails: number of the part before the @; texts: first four letters
	n       uint16 // letters in all
	m       uint8  // e-mails: letters before the @; addresses and texts: words
	k       uint8  // names: what is special; addresses and texts: words that share a bit with another
}

// What is special about a name.
const (
	cardInitial = 1 << iota // only a first letter
	cardParts               // a double name
)

// cardCrowded marks a text of so many words that the card does not count them.
const cardCrowded = 255

// apart is a lower bound of the edits between two texts: an edit changes at
// most two of the letters that a text has, an exchange of neighbours none.
// Letters share 64 bits, which can only make texts look nearer.
func (c *card) apart(d *card) int {
	n := int(c.n) - int(d.n)
	if n < 0 {
		n = -n
	}
	return max(n, (bits.OnesCount64(c.letters^d.letters)+1)/2)
}

// letterBits marks each letter together with how often it came before; it is
// the set of a multiset, so that an edit changes two of its elements at most.
func letterBits(x []uint16) (set uint64) {
	var seen [64]uint8
	for _, c := range x {
		class := uint32(c) * 0x9e3779b1 >> 26
		k := seen[class]
		if k < 250 {
			seen[class]++
		}
		set |= 1 << ((class + uint32(k)*0x1f35) * 0x9e3779b1 >> 26)
	}
	return set
}

// keyBits marks each key.
func keyBits(keys []uint32, size uint) (set uint64) {
	for _, k := range keys {
		set |= 1 << (uint64(k*0x9e3779b1>>8) % uint64(size))
	}
	return set
}

// prepareLevels fills what glance looks at.
func (f *feature) prepareLevels() {
	switch f.role {
	case NationalID, Document, Phone, Postcode, House, Number:
		f.num = make([]uint64, f.values())
		for v := range f.num {
			f.num[v] = packDigits(f.letters(uint32(v)))
		}
	case Gender, Code, Account, BirthDate, Date:
	default: // see wordy
		f.cards = make([]card, f.values())
		for v := 1; v < f.values(); v++ {
			f.cards[v] = f.cardOf(uint32(v))
		}
		if f.role == Email {
			f.mailParts()
		}
	}
}

func (f *feature) cardOf(v uint32) card {
	x := f.letters(v)
	c := card{letters: letterBits(x), n: uint16(min(len(x), 1<<16-1))}
	switch f.role {
	case Surname, Given, Patronymic:
		c.a, c.b, c.id = keyBits(f.strong.get(v), 64), keyBits(f.weak.get(v), 64), uint32(x[0])
		if isInitial(x) {
			c.k |= cardInitial
		}
		if slices.ContainsFunc(x, isGap) {
			c.k |= cardParts
		}
	case Email:
		local := x[:at(x)]
		c.a, c.m = letterBits(local), uint8(min(len(local), 255))
		c.b = keyBits(f.strong.get(v), 32)
	default:
		words := f.tok.get(v)
		more := f.weak.get(v)
		if f.role == Address {
			more = f.place.get(v)
		} else if len(x) > 3 {
			c.id = uint32(hashLetters(0, x[:4]))
		}
		c.a = keyBits(f.strong.get(v), 32) | keyBits(more, 32)<<32
		c.b, c.m, c.k = keyBits(words, 64), uint8(len(words)), cardCrowded
		if len(words) < cardCrowded {
			c.k = uint8(len(words) - bits.OnesCount64(c.b))
		}
	}
	return c
}

// mailParts numbers the two parts of e-mail addresses.
func (f *feature) mailParts() {
	locals, domains := indexFor(f.values()), newHashIndex()
	for v := 1; v < f.values(); v++ {
		c, x := &f.cards[v], f.letters(uint32(v))
		i := at(x)
		c.id, _ = locals.put(hashLetters(0, x[:i]), uint32(locals.n+1))
		if i < len(x) {
			d, _ := domains.put(hashLetters(0, x[i:]), uint32(domains.n+1))
			c.b |= uint64(d) << 32
		}
	}
}

// glance gives the best level that two different, present values can have as
// far as their cards tell; sure says that it is their level.
func (f *feature) glance(a, b uint32) (level uint8, sure bool) {
	switch f.role {
	case Gender, Code, Account:
		return 2, true
	case BirthDate, Date:
		if x, y := f.day[a], f.day[b]; x != 0 && y != 0 {
			return dayLevel(x, y), true
		}
		return 2, false
	case NationalID, Document, Phone, Postcode, House, Number:
		if x, y := f.num[a], f.num[b]; x != 0 && y != 0 {
			return digitLevel(f.role, x, y), true
		}
		return 2, false
	case Surname, Given, Patronymic:
		return glanceName(&f.cards[a], &f.cards[b])
	case Email:
		return glanceMail(&f.cards[a], &f.cards[b])
	case Address:
		return glancePlace(&f.cards[a], &f.cards[b])
	}
	return glanceWords(&f.cards[a], &f.cards[b])
}

func glanceName(x, y *card) (uint8, bool) {
	if (x.k|y.k)&cardInitial != 0 {
		if x.id == y.id {
			return 7, true
		}
		return 8, true
	}
	if x.a&y.a != 0 {
		return 2, false
	}
	edits, n, few := x.apart(y), int(max(x.n, y.n)), int(min(x.n, y.n))
	sound, one := x.b&y.b != 0, n > 2 && edits <= 1
	switch {
	case sound && few > 2 && (one || n-few < 3):
		return 3, false
	case one:
		return 4, false
	case n >= 5 && edits <= editLimit(n):
		return 5, false
	case sound, (x.k|y.k)&cardParts != 0:
		return 6, false
	case few >= 3:
		if x.n > y.n {
			x, y = y, x
		}
		if x.letters&^y.letters == 0 { // the shorter may begin the longer
			return 6, false
		}
	}
	return 8, true
}

func glanceMail(x, y *card) (uint8, bool) {
	if x.b&y.b<<32 != 0 {
		return 2, false
	}
	edits := x.apart(y)
	local := int(x.m) - int(y.m)
	if local < 0 {
		local = -local
	}
	switch {
	case edits <= 1:
		return 3, false
	case edits <= min(4, int(max(x.n, y.n))/5):
		return 4, false
	case x.m > 2 && y.m > 2 && x.id == y.id:
		return 5, false
	case x.m > 4 && y.m > 4 && local <= 2 && bits.OnesCount64(x.a^y.a) <= 4:
		return 6, false
	case x.b>>32 != 0 && x.b>>32 == y.b>>32:
		return 7, true
	}
	return 8, true
}

// common bounds the words that two texts share, all is the number of words of
// the longer one.
func common(x, y *card) (most, all int) {
	return bits.OnesCount64(x.b&y.b) + int(min(x.k, y.k)), int(max(x.m, y.m))
}

func glancePlace(x, y *card) (uint8, bool) {
	if x.a&y.a<<32 != 0 || x.k == cardCrowded || y.k == cardCrowded {
		return 2, false
	}
	most, all := common(x, y)
	switch {
	case most >= all && all > 0:
		return 3, false
	case x.apart(y) <= editLimit(int(max(x.n, y.n))):
		return 4, false
	case most*4 >= all*3:
		return 5, false
	case most*2 >= all && most > 0:
		return 6, false
	case most > 0, x.a&y.a>>32 != 0:
		return 7, false
	}
	return 8, true
}

func glanceWords(x, y *card) (uint8, bool) {
	if x.a&y.a<<32 != 0 || x.k == cardCrowded || y.k == cardCrowded {
		return 2, false
	}
	most, all := common(x, y)
	edits, n := x.apart(y), int(max(x.n, y.n))
	switch {
	case all > 1 && most >= all:
		return 3, false
	case edits <= 1:
		return 4, false
	case n >= 5 && edits <= editLimit(n), x.a&y.a>>32 != 0:
		return 5, false
	case most*2 >= all && most > 0:
		return 6, false
	case most > 0, x.n > 3 && y.n > 3 && x.id == y.id:
		return 7, false
	}
	return 8, true
}
