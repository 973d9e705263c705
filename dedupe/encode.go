package dedupe

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/errs"
)

// modelVersion is the version of both encodings; a reader refuses others.
const modelVersion = 2

type textModel struct {
	Version    int           `yaml:"version"`
	Rows       int           `yaml:"rows"`
	Pairs      float64       `yaml:"pairs"`
	Person     float64       `yaml:"person_pairs"`
	Moved      float64       `yaml:"moved_pairs"`
	Relative   float64       `yaml:"relative_pairs"`
	Neighbour  float64       `yaml:"neighbour_pairs"`
	Kinds      []textKind    `yaml:"relatives,omitempty"`
	Thresholds textLimits    `yaml:"thresholds"`
	Notes      []string      `yaml:"notes,omitempty"`
	Attributes []textFeature `yaml:"attributes"`
	Blocking   textPlan      `yaml:"blocking"`
}

type textLimits struct {
	Merge     float64 `yaml:"merge"`
	Confident float64 `yaml:"confident"`
	Keep      float64 `yaml:"keep"`
}

type textKind struct {
	Same  []string `yaml:"same,flow"` // what the two were born with and have in common
	Share float64  `yaml:"share"`
}

type textFeature struct {
	Name     string      `yaml:"name"`
	Role     string      `yaml:"role"`
	Distinct int         `yaml:"distinct,omitempty"`
	Rare     float64     `yaml:"rare_log2,omitempty"`
	Chance   float64     `yaml:"agree_by_chance,omitempty"`
	Aliases  int         `yaml:"aliases,omitempty"` // for the reader only: pairs in the values file
	Levels   []textLevel `yaml:"levels"`
}

type textLevel struct {
	Level    string  `yaml:"level"`
	Bits     float64 `yaml:"bits"` // for the reader only: log2(person/stranger)
	Person   float64 `yaml:"person"`
	Relative float64 `yaml:"relative"`
	Near     float64 `yaml:"neighbour"`
	Stranger float64 `yaml:"stranger"`
}

type textPlan struct {
	Cap       int      `yaml:"largest_block"`
	HotValues int      `yaml:"hot_values"`
	Keys      []string `yaml:"keys"`
	Alone     []string `yaml:"rules_of_one_key"`
	Pairs     []string `yaml:"rules_of_two_keys,omitempty"`
}

const pairMark = " & "

// settle rounds every number to what the text shows, so that the model just
// trained and the model read back are the same.
func (md *Model) settle() *Model {
	round := func(x *float64) { *x, _ = strconv.ParseFloat(strconv.FormatFloat(*x, 'g', 7, 64), 64) }
	for _, x := range []*float64{&md.Pairs, &md.Person, &md.Moved, &md.Relative, &md.Neighbour, &md.Merge, &md.Confident, &md.Keep} {
		round(x)
	}
	for i := range md.Kinds {
		round(&md.Kinds[i].Share)
	}
	for i := range md.Features {
		f := &md.Features[i]
		round(&f.Rare)
		round(&f.Chance)
		for l := range f.Levels {
			round(&f.Levels[l].Person)
			round(&f.Levels[l].Relative)
			round(&f.Levels[l].Neighbour)
			round(&f.Levels[l].Stranger)
		}
	}
	md.plan.prepare()
	return md
}

// Encode writes the part of the model that people read and compare: YAML
// without any client value. Fields are in a fixed order, so a diff of two
// models is a diff of what was learnt.
func (md *Model) Encode() ([]byte, error) {
	t := textModel{Version: modelVersion, Rows: md.Rows, Pairs: md.Pairs, Person: md.Person, Moved: md.Moved, Relative: md.Relative, Neighbour: md.Neighbour,
		Thresholds: textLimits{md.Merge, md.Confident, md.Keep}, Notes: md.Notes,
		Blocking: textPlan{Cap: md.plan.cap, HotValues: md.plan.hot.n, Keys: md.plan.keys}}
	t.Kinds = textKinds(md.Kinds)
	for k, name := range md.plan.keys {
		if md.plan.active>>k&1 == 1 {
			t.Blocking.Alone = append(t.Blocking.Alone, name)
		}
	}
	for i := range md.plan.pairs {
		t.Blocking.Pairs = append(t.Blocking.Pairs, md.plan.ruleName(len(md.plan.keys)+i))
	}
	for i, f := range md.Features {
		tf := textFeature{Name: f.Name, Role: f.Role.String(), Distinct: f.Distinct, Rare: f.Rare, Chance: f.Chance}
		if i < len(md.aliases) {
			tf.Aliases = len(md.aliases[i])
		}
		for _, l := range f.Levels[1:] {
			tf.Levels = append(tf.Levels, textLevel{l.Name, math.Round(l.Bits()*100) / 100, l.Person, l.Relative, l.Neighbour, l.Stranger})
		}
		t.Attributes = append(t.Attributes, tf)
	}
	var b bytes.Buffer
	b.WriteString("# What matching learnt from the whole base. No client values: the frequencies of\n# values held by five records and more stand in the values file beside this one.\n")
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(t); err != nil {
		return nil, errs.Wrap(errs.Bug, "encode the model", "", err, "report this")
	}
	return b.Bytes(), nil
}

// EncodeValues writes the hashed frequencies and hot values: little-endian
// varints, hashes as differences of a sorted list.
func (md *Model) EncodeValues() []byte {
	b := []byte("CBMV\x02")
	table := func(hash []uint64, count []int32) {
		b = binary.AppendUvarint(b, uint64(len(hash)))
		last := uint64(0)
		for _, h := range hash {
			b, last = binary.AppendUvarint(b, h-last), h
		}
		for _, c := range count {
			b = binary.AppendVarint(b, int64(c))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(md.values)))
	for _, v := range md.values {
		table(v.hash, v.count)
	}
	if md.joint != nil {
		b = append(b, 1)
		table(md.joint.hash, md.joint.count)
	} else {
		b = append(b, 0)
	}
	table(md.plan.hot.sorted(), nil)
	b = binary.AppendUvarint(b, uint64(len(md.aliases)))
	for _, list := range md.aliases {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, x := range list {
			b = binary.LittleEndian.AppendUint64(b, x.a)
			b = binary.LittleEndian.AppendUint64(b, x.b)
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x.bits))
		}
	}
	return b
}

// DecodeModel reads what Encode and EncodeValues wrote.
func DecodeModel(text, values []byte) (*Model, error) {
	bad := func(msg string, err error) error {
		return errs.Hidden(errs.Input, "read the model", "", msg, err, "restore the file from the snapshot or train anew (run --full-refresh)")
	}
	var t textModel
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil {
		return nil, bad("the text is not a model", err)
	}
	if t.Version != modelVersion {
		return nil, bad("the model has version "+strconv.Itoa(t.Version)+", this program reads "+strconv.Itoa(modelVersion), nil)
	}
	md := &Model{Rows: t.Rows, Pairs: t.Pairs, Person: t.Person, Moved: t.Moved, Relative: t.Relative, Neighbour: t.Neighbour, Notes: t.Notes,
		Merge: t.Thresholds.Merge, Confident: t.Thresholds.Confident, Keep: t.Thresholds.Keep}
	var known bool
	if md.Kinds, known = readKinds(t.Kinds); !known {
		return nil, bad("a kind of relatives is unknown", nil)
	}
	for _, f := range t.Attributes {
		role, ok := ParseRole(f.Role)
		if !ok {
			return nil, bad("attribute "+f.Name+" has an unknown role", nil)
		}
		fm := FeatureModel{Name: f.Name, Role: role, Distinct: f.Distinct, Rare: f.Rare, Chance: f.Chance, Levels: []LevelModel{{Name: "missing"}}}
		for _, l := range f.Levels {
			if !(l.Person > 0 && l.Relative > 0 && l.Near > 0 && l.Stranger > 0 && l.Person <= 1 && l.Relative <= 1 && l.Near <= 1 && l.Stranger <= 1) {
				return nil, bad("attribute "+f.Name+" level "+l.Level+" has a probability outside 0 to 1", nil)
			}
			fm.Levels = append(fm.Levels, LevelModel{l.Level, l.Person, l.Relative, l.Near, l.Stranger})
		}
		want := []string{"missing", "straight", "exchanged"}
		if role != Ignore {
			want = levelNames(role)
		}
		if role == BirthDate || role == Date {
			fm.Levels = partsOfDates(fm.Levels)
		}
		if len(fm.Levels) != len(want) {
			return nil, bad("attribute "+f.Name+" has other levels than this program compares", nil)
		}
		md.Features = append(md.Features, fm)
	}
	if !(t.Moved >= 0 && t.Neighbour >= 0 && t.Pairs > 0 && t.Person > 0 && t.Relative > 0 && t.Rows > 0) {
		return nil, bad("a count is not positive", nil)
	}
	p := &plan{keys: t.Blocking.Keys, cap: t.Blocking.Cap}
	if len(p.keys) > maxKeys {
		return nil, bad("too many blocking keys", nil)
	}
	for _, s := range t.Blocking.Alone {
		k := slices.Index(p.keys, s)
		if k < 0 {
			return nil, bad("a blocking rule names an unknown key", nil)
		}
		p.active |= 1 << k
	}
	for _, s := range t.Blocking.Pairs {
		a, b, _ := strings.Cut(s, pairMark)
		i, j := slices.Index(p.keys, a), slices.Index(p.keys, b)
		if i < 0 || j <= i {
			return nil, bad("a blocking rule names an unknown key", nil)
		}
		p.pairs = append(p.pairs, [2]uint8{uint8(i), uint8(j)})
	}
	md.plan = p
	if !md.decodeValues(values) {
		return nil, bad("the values file is damaged or belongs to another model", nil)
	}
	p.prepare()
	return md, nil
}

func (md *Model) decodeValues(b []byte) bool {
	b, ok := bytes.CutPrefix(b, []byte("CBMV"))
	if !ok || len(b) == 0 || b[0] != 1 && b[0] != 2 { // 1: before aliases were learnt
		return false
	}
	withAliases := b[0] == 2
	b = b[1:]
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			ok = false
			return 0
		}
		b = b[n:]
		return v
	}
	table := func(counts bool) (t valueTable) {
		n := number()
		if n > uint64(len(b)) {
			ok = false
			return t
		}
		last := uint64(0)
		for i := uint64(0); i < n && ok; i++ {
			last += number()
			t.hash = append(t.hash, last)
		}
		for i := uint64(0); i < n && ok && counts; i++ {
			v, k := binary.Varint(b)
			if k <= 0 || v < math.MinInt32 || v > math.MaxInt32 || v == 0 {
				ok = false
				return t
			}
			b = b[k:]
			t.count = append(t.count, int32(v))
		}
		return t
	}
	n := number()
	if n > maxFeatures {
		return false
	}
	for ; n > 0 && ok; n-- {
		md.values = append(md.values, table(true))
	}
	if ok && len(b) > 0 {
		joint := b[0] == 1
		b = b[1:]
		if joint {
			j := table(true)
			md.joint = &j
		}
	}
	hot := table(false)
	md.plan.hot = indexFor(len(hot.hash))
	for _, h := range hot.hash {
		md.plan.hot.put(h, 0)
	}
	if withAliases {
		for n := number(); n > 0 && ok; n-- {
			var list []alias
			k := number()
			if k > uint64(len(b))/20 {
				return false
			}
			for ; k > 0; k-- {
				x := alias{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), math.Float32frombits(binary.LittleEndian.Uint32(b[16:]))}
				if !(x.bits > 0 && x.bits <= aliasMost) {
					return false
				}
				list, b = append(list, x), b[20:]
			}
			md.aliases = append(md.aliases, list)
		}
		if len(md.aliases) > maxFeatures {
			return false
		}
	}
	features := len(md.Features)
	if features > 0 && md.Features[features-1].Role == Ignore {
		features--
	}
	return ok && len(b) == 0 && len(md.values) == features
}

// sorted lists the hashes of the index.
func (x *hashIndex) sorted() []uint64 {
	out := make([]uint64, 0, x.n)
	for _, h := range x.key {
		if h != 0 {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out
}

// RuleName says in words which blocking rule has the number k, as in Edge.Rule.
func (md *Model) RuleName(k uint16) string {
	if int(k) >= md.plan.rules() {
		return ""
	}
	return md.plan.ruleName(int(k))
}
