package transforms

import (
	"sort"
	"strconv"
	"sync"

	"clientbase/schemas"
)

// Rule cleanses some attributes of a batch. It reads raw cells from b.In or
// what earlier rules wrote to b.Out, and writes b.Out. Writing an attribute
// means one EndRow per record of the batch.
type Rule struct {
	ID      string // snake_case; the first part of "phone@1"
	Version int    // raised by every change that can change a result
	Doc     string // one sentence for people
	// Reads and Writes are attribute ids. A rule runs after every rule that
	// writes what it reads. Rules that read and write the same attribute run in
	// the order of the list: the first makes the column, the others add to it.
	Reads, Writes []string
	Apply         func(b *schemas.Batch, m *Model) error
}

// Name is the text that stands in chains: "phone@1".
func (r Rule) Name() string { return r.ID + "@" + strconv.Itoa(r.Version) }

// Set is the rules for one dictionary. It is immutable and safe for
// concurrent use; each batch belongs to one caller at a time.
type Set struct {
	rules   []Rule
	own     *Own                      // what the project adds; nil = nothing
	judged  map[string][]schemas.Attr // rule id → attributes that its lists speak of
	attrs   map[string]schemas.Attr
	written map[string]bool
}

// NewSet makes the rules that cleanse the attributes of d. A rule is chosen by
// an attribute's kind, so an attribute of a project ("work_phone" of kind
// phone) is cleansed like a built-in one.
func NewSet(d *schemas.Dictionary) *Set { return NewSetWith(d, nil) }

// NewSetWith is NewSet under a project's own lists.
func NewSetWith(d *schemas.Dictionary, own *Own) *Set {
	s := &Set{attrs: map[string]schemas.Attr{}, written: map[string]bool{}, own: own, judged: map[string][]schemas.Attr{}}
	for _, a := range d.Attrs {
		s.attrs[a.ID] = a
	}
	for _, r := range list(d, own) {
		if len(r.Writes) > 0 {
			s.rules = append(s.rules, r)
		}
	}
	s.rules = inOrder(s.rules)
	if own != nil {
		for id := range own.rules {
			s.judged[id] = attrsOf(d, ruleKinds(id)...)
		}
	}
	for _, r := range s.rules {
		for _, w := range r.Writes {
			s.written[w] = true
		}
	}
	return s
}

// Rules gives the rules in the order in which Apply runs them.
func (s *Set) Rules() []Rule { return append([]Rule(nil), s.rules...) }

// Apply cleanses a batch: b.Out is filled from b.In. Attributes that no rule
// writes are copied with their white space folded. m is what the whole base
// taught; nil means that nothing is known beyond the batch's own columns.
// An error is a bug or a broken batch, never a bad value.
func (s *Set) Apply(b *schemas.Batch, m *Model) error {
	if b.Out == nil {
		b.Out = map[string]*schemas.Cells{}
	}
	for _, r := range s.rules {
		if err := s.apply(r, b, m); err != nil {
			return err
		}
	}
	var rest []string
	for id := range b.In {
		if !s.written[id] {
			rest = append(rest, id)
		}
	}
	sort.Strings(rest)
	for _, id := range rest {
		a, ok := s.attrs[id]
		if !ok {
			a = schemas.Attr{ID: id, Kind: schemas.KindText}
		}
		if err := column(b, m, a, textCell); err != nil {
			return err
		}
	}
	decoded(b)
	for i, chain := range b.Chains {
		b.Chains[i] = s.own.marked(chain)
	}
	return nil
}

// apply runs one rule between what the project's lists settle before it and
// after it. The batch's raw columns are the same afterwards.
func (s *Set) apply(r Rule, b *schemas.Batch, m *Model) error {
	if s.own == nil || s.own.rules[r.ID] == nil {
		return r.Apply(b, m)
	}
	own, attrs := s.own.rules[r.ID], s.judged[r.ID]
	raw := map[string]*schemas.Cells{}
	for id, cells := range s.own.before(own, r.Name(), b, attrs) {
		raw[id], b.In[id] = b.In[id], cells
	}
	err := r.Apply(b, m)
	for id, cells := range raw {
		b.In[id] = cells
	}
	if err == nil {
		s.own.after(own, b, attrs)
	}
	return err
}

// Rules gives the rules for the built-in dictionary, in order.
func Rules() []Rule { return builtinSet().Rules() }

// Apply cleanses a batch by the rules for the built-in dictionary.
func Apply(b *schemas.Batch, m *Model) error { return builtinSet().Apply(b, m) }

var builtinSet = sync.OnceValue(func() *Set { return NewSet(schemas.Builtin()) })

// list is every rule of the package. A constructor gives a rule without Writes
// when the dictionary has no attribute for it; NewSet leaves it out.
func list(d *schemas.Dictionary, own *Own) []Rule {
	return []Rule{
		textRule(d),
		nameRule(d), namePartsRule(d), genderRule(d), orgRule(d), addressRule(d),
		innRule(d), kppRule(d), ogrnRule(d), snilsRule(d), bikRule(d), accountRule(d), ibanRule(d),
		phoneRule(d), emailRule(d), dateRule(d, limitsOf(own, "date")), rnokppRule(d, limitsOf(own, "rnokpp")), unzrRule(d), edrpouRule(d), passportRule(d), panRule(d),
		noteRule(d),
		birthFromDocumentRule(d), genderFromDocumentRule(d), crossRule(d, limitsOf(own, "cross")),
	}
}

// inOrder sorts rules so that each runs after the writers of what it reads,
// and otherwise keeps the order of the list.
func inOrder(rules []Rule) []Rule {
	before := make([][]int, len(rules)) // before[j] = rules that must run before j
	for j, r := range rules {
		for i, w := range rules {
			if i != j && overlap(w.Writes, r.Reads) && (i < j || !overlap(r.Writes, w.Writes)) {
				before[j] = append(before[j], i)
			}
		}
	}
	out := make([]Rule, 0, len(rules))
	done := make([]bool, len(rules))
	for len(out) < len(rules) {
		next := -1
		for j := range rules {
			if !done[j] && allDone(before[j], done) {
				next = j
				break
			}
		}
		if next < 0 { // a circle: keep the list's order (a test forbids circles)
			for j := range rules {
				if !done[j] {
					next = j
					break
				}
			}
		}
		done[next] = true
		out = append(out, rules[next])
	}
	return out
}

func allDone(need []int, done []bool) bool {
	for _, i := range need {
		if !done[i] {
			return false
		}
	}
	return true
}

func overlap(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
