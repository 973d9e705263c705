package dedupe

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Part is what one attribute says about a pair.
type Part struct {
	Field string  `json:"field"`
	Level string  `json:"level"`
	Bits  float64 `json:"bits"`
	Note  string  `json:"note,omitempty"`  // rare, common, shared by many
	Share float64 `json:"share,omitempty"` // of the records that hold the value on which both agree
}

// Explanation tells why two records have their weight: attributes, levels and
// bits, never a value. The bits of Parts, Prior and Household add up to Bits.
type Explanation struct {
	A           string  `json:"a"`
	B           string  `json:"b"`
	Bits        float64 `json:"bits"`
	Probability float64 `json:"probability"`
	Prior       float64 `json:"prior"`     // log2 odds before anything is compared
	Household   float64 `json:"household"` // taken back because relatives share as much; never positive
	Parts       []Part  `json:"parts"`
	Rule        string  `json:"rule"`                // blocking rule that finds the pair; "" = none does
	Forbidden   string  `json:"forbidden,omitempty"` // why no weight joins the two, in words; "" = nothing does that
	Zone        string  `json:"zone"`                // merge, ask or separate
	Merge       float64 `json:"merge"`               // bits from which pairs merge without asking
	Ask         float64 `json:"ask"`                 // bits from which a pair is more likely one party than not
}

// Text is the explanation on one line, strongest parts first:
// "surname exact, rare +12.4 · birth_date exact +9.1 · prior -21.0 = 0.5 (merge ≥ 8)".
func (e Explanation) Text() string {
	parts := slices.Clone(e.Parts)
	slices.SortStableFunc(parts, func(a, b Part) int {
		switch x, y := math.Abs(a.Bits), math.Abs(b.Bits); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%s %s", p.Field, p.Level)
		if p.Note != "" {
			b.WriteString(", " + p.Note)
		}
		fmt.Fprintf(&b, " %+.1f · ", p.Bits)
	}
	if e.Household < -0.05 {
		fmt.Fprintf(&b, "relatives share as much %+.1f · ", e.Household)
	}
	fmt.Fprintf(&b, "prior %+.1f = %.1f (merge ≥ %.4g)", e.Prior, e.Bits, e.Merge)
	return b.String()
}

// Explainer explains pairs of one table under one model. It is not safe for
// concurrent use.
type Explainer struct {
	m  *matrix
	md *Model
	s  *scorer
	b  *blocker
}

// NewExplainer prepares explanations of pairs of t.
func NewExplainer(t *Table, md *Model) (*Explainer, error) {
	m, err := compile(t, md)
	if err != nil {
		return nil, err
	}
	if err := md.bind(m); err != nil {
		return nil, err
	}
	return &Explainer{m, md, newScorers(m, md, 1)[0], newBlocker(m, md.plan, 1)}, nil
}

// Explain gives the reasons of the weight of rows a and b. It is what Score
// and Cluster see: the same comparison, the same bits.
func (x *Explainer) Explain(a, b uint32) Explanation {
	if x.m.rank[a] > x.m.rank[b] {
		a, b = b, a
	}
	s := x.s
	bits := s.weigh(a, b, math.Inf(-1))
	e := Explanation{A: x.m.t.Record[a], B: x.m.t.Record[b], Bits: bits, Probability: Probability(bits),
		Prior: s.prior[classPerson] - s.prior[classStranger], Merge: x.md.Confident, Ask: x.md.Merge, Zone: "separate"}
	for i := range s.logs {
		l := s.lv[i]
		role := x.m.placeRole(i)
		shared := false
		if l == 0 && role != Ignore {
			f := x.m.feats[i]
			v := s.val[i][0]
			shared = v != 0 && v == s.val[i][1] && f.common != nil && f.common[v]
		}
		if role == Ignore && l == straight { // the usual order of names is no news
			e.Prior += s.logs[i][classPerson][l] - s.logs[i][classStranger][l]
			continue
		}
		if l == 0 && !shared {
			continue
		}
		p := Part{Field: x.m.placeName(i), Level: x.m.placeLevels(i)[l]}
		if i < len(x.m.feats) && (l == 1 || shared) {
			p.Share = math.Exp2(float64(x.m.feats[i].lf[s.val[i][0]]))
		}
		if shared {
			p.Level, p.Note = "equal", "held by too many"
		} else {
			rarity := s.rarity(i, l)
			p.Bits = s.logs[i][classPerson][l] - s.logs[i][classStranger][l] - rarity
			if bits, ok := s.alias(i, a, b); ok {
				p.Level, p.Bits, p.Note = "alias", bits, "learnt"
			}
			switch {
			case l == 1 && rarity < -1.5:
				p.Note = "rare"
			case l == 1 && rarity > 1.5:
				p.Note = "common"
			}
		}
		e.Parts = append(e.Parts, p)
	}
	if j := s.jointName(a, b); j > 0 {
		e.Parts = append(e.Parts, Part{Field: "surname and given name", Level: "together", Bits: -j, Note: "common"})
	}
	if up := s.moved - s.people; up > 0.05 {
		e.Parts = append(e.Parts, Part{Field: "address", Level: "moved", Bits: up})
	}
	e.Household = bits - (s.moved - s.strange)
	if k := x.b.first(a, b); k >= 0 {
		e.Rule = x.md.plan.ruleName(k)
	}
	switch {
	case !x.m.t.allowed(a, b):
		e.Forbidden = "the source gives no party two records"
	case !s.mayJoin(a, b):
		e.Forbidden = "two different personal numbers"
	}
	switch {
	case e.Forbidden != "":
	case bits >= e.Merge:
		e.Zone = "merge"
	case bits >= e.Ask:
		e.Zone = "ask"
	}
	return e
}

// Weight gives the bits of Explain alone, and whether nothing forbids to join the two.
func (x *Explainer) Weight(a, b uint32) (bits float64, may bool) {
	return x.s.weigh(a, b, math.Inf(-1)), x.s.mayJoin(a, b)
}

// Explain is NewExplainer for one pair.
func Explain(t *Table, md *Model, a, b uint32) (Explanation, error) {
	x, err := NewExplainer(t, md)
	if err != nil {
		return Explanation{}, err
	}
	return x.Explain(a, b), nil
}
