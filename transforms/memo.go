package transforms

// memo keeps what was worked out for the last texts, in a table of fixed size:
// a text takes the place of another one that falls into its slot. It serves
// what depends on a text alone, within one batch. The zero value is ready.
type memo[V any] [1 << memoBits]struct {
	text string
	v    V
}

const memoBits = 9

// of gives what work makes of text.
func (m *memo[V]) of(text string, work func(text string) V) V {
	if text == "" {
		return work(text)
	}
	e := &m[memoSlot(text)]
	if e.text != text {
		e.text, e.v = text, work(text)
	}
	return e.v
}

// memoSlot spreads texts by their first and last eight bytes and their length.
func memoSlot(s string) uint64 {
	h := uint64(len(s))
	if len(s) >= 8 {
		h ^= (eightBytes(s) ^ eightBytes(s[len(s)-8:])*0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93
	} else {
		for i := 0; i < len(s); i++ {
			h = (h ^ uint64(s[i])) * 0xd6e8feb86659fd93
		}
	}
	h ^= h >> 32
	return h * 0x9e3779b97f4a7c15 >> (64 - memoBits)
}

// eightBytes reads the first eight bytes of s as a number.
func eightBytes(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
