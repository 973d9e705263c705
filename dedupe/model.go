package dedupe

import (
	"math"
	"runtime"
	"slices"

	"clientbase/internal/errs"
)

// Model is everything that scoring needs, learnt from the whole base and then
// frozen. It is two things: a text that a person can read and compare, without
// a client's value (Encode), and a blob of hashed frequencies of values held
// by at least MinHeld records (EncodeValues).
type Model struct {
	Rows      int     // records it was trained on
	Pairs     float64 // pairs that could have been compared
	Person    float64 // expected pairs of one party
	Moved     float64 // expected pairs of one party whose address changed as a whole
	Relative  float64 // expected pairs of relatives or one household
	Neighbour float64 // expected pairs of strangers who live in one place
	Kinds     []Kind  // of relatives; the first shares nothing it was born with
	Features  []FeatureModel
	Merge     float64   // bits from which the most probable partition merges
	Confident float64   // bits from which the confident partition merges
	Keep      float64   // bits below which an edge is not kept
	Notes     []string  // what training noticed, in words, without values
	aliases   [][]alias // beside Features; nil = none were learnt
	plan      *plan
	values    []valueTable // beside Features
	joint     *valueTable  // surname and given name together
}

// MinHeld is the least number of records that must hold a value before the
// model stores anything about it.
const MinHeld = 5

// MaxFrequencyBits caps what the rarity of a value may add to an agreement.
const MaxFrequencyBits = 16

// FeatureModel describes one compared attribute.
type FeatureModel struct {
	Name     string
	Role     Role // Ignore for the place "name order"
	Distinct int
	Chance   float64 // share of pairs of rows with the attribute that agreed exactly when it was trained; tells drift
	Rare     float64 // log2 of the frequency taken for values held by fewer than MinHeld records
	Levels   []LevelModel
}

// LevelModel holds the probabilities of one level among pairs of one person,
// of relatives, of neighbours and of other strangers, given that the attribute
// is present twice.
type LevelModel struct {
	Name                                  string
	Person, Relative, Neighbour, Stranger float64
}

// Bits is the weight of the level between one person and strangers.
func (l LevelModel) Bits() float64 { return math.Log2(l.Person / l.Stranger) }

// valueTable maps value hashes to the number of records that hold them; a
// negative count marks a value held by too many to say anything.
type valueTable struct {
	hash  []uint64 // sorted
	count []int32
}

func (t *valueTable) get(h uint64) (int32, bool) {
	i, ok := slices.BinarySearch(t.hash, h)
	if !ok {
		return 0, false
	}
	return t.count[i], true
}

// blocksBy reports whether the plan makes blocks by the key; without a model
// any key may become one.
func (md *Model) blocksBy(key string) bool {
	if md == nil {
		return true
	}
	k := slices.Index(md.plan.keys, key)
	return k >= 0 && md.plan.used>>k&1 == 1
}

// bind prepares a matrix for scoring under the model: it checks that both
// speak of the same attributes and keys, and looks the frequencies up.
func (md *Model) bind(m *matrix) error {
	misfit := func(what string) error {
		return errs.New(errs.Config, "score", "", "the model was trained on other "+what+" than the table has", "train a new model (run --full-refresh)")
	}
	if len(md.Features) != m.places() {
		return misfit("attributes")
	}
	for i := range md.Features {
		if md.Features[i].Name != m.placeName(i) || md.Features[i].Role != m.placeRole(i) {
			return misfit("attributes")
		}
	}
	if len(md.plan.keys) != len(m.keys) {
		return misfit("keys")
	}
	for i, k := range m.keys {
		if md.plan.keys[i] != k.name {
			return misfit("keys")
		}
	}
	workers := runtime.GOMAXPROCS(0)
	parallel(workers, len(m.feats), func(i int, _ *sortBuffer) {
		f, fm := m.feats[i], &md.Features[i]
		f.lf = make([]float32, f.values())
		f.common = nil
		f.alias = nil
		if i < len(md.aliases) {
			f.bindAliases(md.aliases[i])
		}
		for v := 1; v < f.values(); v++ {
			c, ok := md.values[i].get(f.hash[v])
			switch {
			case ok && c < 0:
				if f.common == nil {
					f.common = make([]bool, f.values())
				}
				f.common[v] = true
				f.lf[v] = float32(math.Log2(float64(-c) / float64(md.Rows)))
			case ok:
				f.lf[v] = float32(max(math.Log2(float64(c)/float64(md.Rows)), -MaxFrequencyBits))
			default:
				f.lf[v] = float32(fm.Rare)
			}
		}
	})
	m.joint = nil
	if md.joint != nil {
		m.joint = make([]float32, m.t.Rows)
		const chunk = 8192
		parallel(workers, (m.t.Rows+chunk-1)/chunk, func(c int, _ *sortBuffer) {
			for r := c * chunk; r < min(m.t.Rows, (c+1)*chunk); r++ {
				m.joint[r] = -math.MaxFloat32
				if n, ok := md.joint.get(m.jointHash(uint32(r))); ok {
					m.joint[r] = float32(math.Log2(float64(n) / float64(md.Rows)))
				}
			}
		})
	}
	return nil
}

// jointHash names the combination of surname and given name of a row, without
// regard to their order; 0 when one is missing.
func (m *matrix) jointHash(r uint32) uint64 {
	n := len(m.feats)
	s, g := m.cell[int(r)*n+m.surname], m.cell[int(r)*n+m.given]
	if s&manyBit != 0 {
		s = m.more[m.surname].get(s &^ manyBit)[0]
	}
	if g&manyBit != 0 {
		g = m.more[m.given].get(g &^ manyBit)[0]
	}
	if s == 0 || g == 0 {
		return 0
	}
	x, y := m.feats[m.surname].hash[s], m.feats[m.given].hash[g]
	return mix(min(x, y), max(x, y))
}
