package dedupe

import (
	"math"
	"slices"
)

// What a person is born with (given name, birth date, patronymic) two relatives
// share in few ways, and never all of it: twins have one birth date and other
// given names, a son bears his father's given name and has another birth date,
// brothers have one patronymic. A class in which each of the three agreed now
// and then by itself would know no difference between twins and one person
// whose given name is wrong. So the class of relatives is a mixture of kinds,
// and in each kind each of the three is either one thing with its errors, as in
// one person, or two things that agree by chance, as among strangers.

// Inborn attributes, as bits of a kind.
const (
	sameGiven = 1 << iota
	sameBorn
	samePatronymic
)

// kindLimit is the share of the relatives that is believed of a kind before
// anything is seen, and the most that is believed at all.
type kindLimit struct {
	same        int
	first, most float64
}

// kindLimits are the kinds: no population has more twins or namesakes. The
// first takes what the others leave.
var kindLimits = []kindLimit{
	{0, 0, 1},
	{samePatronymic, 0.10, 0.50},
	{sameGiven, 0.02, 0.06},
	{sameGiven | samePatronymic, 0.003, 0.02},
	{sameBorn, 0.01, 0.05},
	{sameBorn | samePatronymic, 0.005, 0.05},
}

// alike is how much rarer, in bits, twins bear one given name than strangers do.
const alike = 5

// twinGiven is the place in what relatives are worth, beside the three attributes,
// of the given names of twins.
const twinGiven = 3

// twins reports whether the kind is one of people born on one day who bear two names.
func (k Kind) twins() bool { return k.Same&sameBorn != 0 && k.Same&sameGiven == 0 }

// inTwins is how many bits rarer a level of given names is in twins.
func inTwins(level uint8) float64 {
	if level == 1 || level == 2 { // one name, maybe in another form
		return alike
	}
	return 0
}

// Kind is a way of being related, in the model.
type Kind struct {
	Same  int     // attributes of which the two have one
	Share float64 // of the relatives
}

// inborn gives the bit of an attribute that a person is born with, 0 for others.
func inborn(r Role) int {
	switch r {
	case Given:
		return sameGiven
	case BirthDate:
		return sameBorn
	case Patronymic:
		return samePatronymic
	}
	return 0
}

// firstKinds are the kinds that the attributes can tell, as believed before
// anything is seen.
func firstKinds(roles []Role) (out []Kind) {
	told, rest := 0, 1.0
	for _, r := range roles {
		told |= inborn(r)
	}
	for _, k := range kindLimits {
		if k.same&^told == 0 {
			out, rest = append(out, Kind{k.same, k.first}), rest-k.first
		}
	}
	out[0].Share = rest
	return out
}

// learnKinds sets the shares from expected pairs per kind. Twins are told by
// their given names and namesakes by their birth dates: where a file lacks the
// one, what was believed of the other stays.
func learnKinds(kinds []Kind, pairs []float64) {
	const weight = 50 // pairs for which what was believed counts
	total, told := 0.0, 0
	for i, n := range pairs {
		total += n
		told |= kinds[i].Same
	}
	if told&sameGiven == 0 || told&sameBorn == 0 {
		return
	}
	rest := 1.0
	for i := 1; i < len(kinds); i++ {
		j := slices.IndexFunc(kindLimits, func(l kindLimit) bool { return l.same == kinds[i].Same })
		kinds[i].Share = min((pairs[i]+weight*kindLimits[j].first)/(total+weight), kindLimits[j].most)
		rest -= kinds[i].Share
	}
	kinds[0].Share = rest
}

// kin gives the log2 probability of the inborn attributes of a pattern among
// relatives, and in byKind the share of each kind.
func (e *estimate) kin(pattern uint64, one, two [][]float64, byKind []float64) float64 {
	var ones, twos inbornBits
	for i, p := 0, pattern; i < e.places; i, p = i+1, p>>4 {
		if a := inbornAt(e.roles[i]); a >= 0 {
			ones[a] += one[i][p&15]
			twos[a] += two[i][p&15]
			if a == 0 {
				twos[twinGiven] -= inTwins(uint8(p & 15))
			}
		}
	}
	sum := 0.0
	for k, kind := range e.kinds {
		b := kind.bits(&ones, &twos)
		byKind[k] = kind.Share * math.Exp2(b)
		sum += byKind[k]
	}
	for k := range byKind {
		byKind[k] /= sum
	}
	return math.Log2(sum)
}

// inbornBits is what each inborn attribute is worth; in the place twinGiven what
// one given name costs in twins.
type inbornBits [twinGiven + 1]float64

// bits is what the attributes are worth in relatives of the kind: one where they
// have one thing, two where they have two.
func (k Kind) bits(one, two *inbornBits) (sum float64) {
	for a := range twinGiven {
		if k.Same>>a&1 == 1 {
			sum += one[a]
		} else {
			sum += two[a]
		}
	}
	if k.twins() {
		sum += two[twinGiven]
	}
	return sum
}

// kinLogs are the kinds as the scorer needs them.
type kinLogs []struct {
	Kind
	log float64
}

func (md *Model) kinLogs() (out kinLogs) {
	kinds := md.Kinds
	if len(kinds) == 0 {
		kinds = []Kind{{0, 1}}
	}
	out = make(kinLogs, len(kinds))
	for i, k := range kinds {
		out[i].Kind, out[i].log = k, math.Log2(k.Share)
	}
	return out
}

// add sums over the kinds: one and two hold, per inborn attribute, what the pair
// is worth where the relatives have one thing and where they have two.
func (k kinLogs) add(one, two *inbornBits) float64 {
	sum := math.Inf(-1)
	for i := range k {
		sum = addLogs(sum, k[i].log+k[i].bits(one, two))
	}
	return sum
}

// inbornAt numbers the bit of an inborn attribute, -1 for others.
func inbornAt(r Role) int {
	switch inborn(r) {
	case sameGiven:
		return 0
	case sameBorn:
		return 1
	case samePatronymic:
		return 2
	}
	return -1
}

// textKinds and readKinds turn kinds into the words of the model file and back.
func textKinds(kinds []Kind) (out []textKind) {
	for _, k := range kinds {
		t := textKind{Same: []string{}, Share: k.Share}
		for _, r := range []Role{Given, BirthDate, Patronymic} {
			if k.Same&inborn(r) != 0 {
				t.Same = append(t.Same, r.String())
			}
		}
		out = append(out, t)
	}
	return out
}

func readKinds(kinds []textKind) (out []Kind, ok bool) {
	for _, t := range kinds {
		k := Kind{Share: t.Share}
		for _, name := range t.Same {
			r, _ := ParseRole(name)
			if inborn(r) == 0 {
				return nil, false
			}
			k.Same |= inborn(r)
		}
		if !(k.Share > 0 && k.Share <= 1) {
			return nil, false
		}
		out = append(out, k)
	}
	return out, true
}
