package demobank

import "math/bits"

// rng is splitmix64: small, seedable, equal on every machine. Each use draws
// from a generator of its own (see draw), so adding a draw in one place moves
// nothing elsewhere.
type rng struct{ s uint64 }

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// draw makes the generator for a purpose: seed, topic and whatever numbers
// name the thing being drawn.
func draw(seed uint64, topic uint64, parts ...uint64) rng {
	h := mix(seed + 0x9e3779b97f4a7c15*(topic+1))
	for _, p := range parts {
		h = mix(h ^ (p+0x632be59bd9b4e019)*0x9e3779b97f4a7c15)
	}
	return rng{h}
}

func (r *rng) next() uint64 {
	r.s += 0x9e3779b97f4a7c15
	return mix(r.s)
}

// n gives a number in [0,n) with negligible bias.
func (r *rng) n(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// between gives a number in [lo,hi].
func (r *rng) between(lo, hi int) int { return lo + r.n(hi-lo+1) }

// f gives a number in [0,1).
func (r *rng) f() float64 { return float64(r.next()>>11) / (1 << 53) }

// p is true with the given probability.
func (r *rng) p(prob float64) bool { return r.f() < prob }

func pick[T any](r *rng, list []T) T { return list[r.n(len(list))] }

// weighted picks by cumulative weights.
type weighted struct{ cum []int }

func (w *weighted) add(weight int) {
	last := 0
	if len(w.cum) > 0 {
		last = w.cum[len(w.cum)-1]
	}
	w.cum = append(w.cum, last+weight)
}

func (w *weighted) pick(r *rng) int {
	x := r.n(w.cum[len(w.cum)-1])
	lo, hi := 0, len(w.cum)-1
	for lo < hi {
		m := (lo + hi) / 2
		if w.cum[m] > x {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo
}

// permute is a bijection of [0,size): a small Feistel network that walks until
// it falls inside. It gives client ids, phone and card numbers that are unique
// and yet tell nothing about the household they belong to.
func permute(seed, topic, x, size uint64) uint64 {
	half := uint((bits.Len64(size-1) + 1) / 2)
	if half == 0 {
		return 0
	}
	mask := uint64(1)<<half - 1
	k := mix(seed ^ topic*0x9e3779b97f4a7c15)
	for {
		l, r := x>>half, x&mask
		for i := uint64(0); i < 4; i++ {
			l, r = r, l^(mix(r+k+i*0x632be59bd9b4e019)&mask)
		}
		x = l<<half | r
		if x < size {
			return x
		}
	}
}

// Topics keep generators of different purposes apart. The numbers are part of
// what a seed means: append, never renumber.
const (
	topicHousehold = iota + 1
	topicPerson
	topicFootprint
	topicRecord
	topicPhone
	topicClientID
	topicClientUA
	topicAccount
	topicCard
	topicCardID
	topicINN
	topicSNILS
	topicEvent
	topicOrg
	topicOrgID
	topicOrgNumber
	topicNote
	topicLead
	topicPage
	topicOrder
	topicDelta
	topicText
	topicPlant
)
