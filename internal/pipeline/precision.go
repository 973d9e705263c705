package pipeline

import (
	"cmp"
	"math"
	"slices"

	"clientbase/dedupe"
	"clientbase/internal/journal"
)

// wilson gives the 95 % score interval of a share of which yes of n were seen.
// It keeps its promise also for few observations and for shares near 0 and 1,
// where the usual ±1.96 standard errors does not.
//
// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
// Inference", JASA 22 (1927); recommended for such cases by L. D. Brown,
// T. T. Cai and A. DasGupta, "Interval Estimation for a Binomial Proportion",
// Statistical Science 16 (2001).
func wilson(yes, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959963984540054 // 97.5 % of a normal distribution lie below
	p, m := float64(yes)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, mid-half), min(1, mid+half)
}

// leastSample is how many answers an estimate needs, unless all were asked.
const leastSample = 10

// bandEdges part pairs by the bits of their evidence.
var bandEdges = [...]float64{0, 2, 4, 7, 10, 15, 20}

// Precision says, for one zone or one band of it, how many pairs are one party
// by what people said.
type Precision struct {
	Zone      string   `json:"zone"`           // merge: pairs within one client; ask: pairs of clients that may be one
	From      *float64 `json:"from,omitempty"` // bits; nil = no bound, with both nil in the line of the whole zone
	To        *float64 `json:"to,omitempty"`
	Pairs     int      `json:"pairs"`
	Decided   int      `json:"decided"`
	Sample    int      `json:"sample"` // the decided ones as far as the random order was gone through: a fair sample
	Same      int      `json:"same"`   // of the sample
	Different int      `json:"different"`
	Unsure    int      `json:"unsure"`
	Enough    bool     `json:"enough"` // else nothing is estimated
	Share     float64  `json:"share,omitempty"`
	Low       float64  `json:"low,omitempty"` // 95 % interval; unsure pairs count against the lower end and for the upper one
	High      float64  `json:"high,omitempty"`
}

// ReviewSummary is what was decided and what that says of the rest.
type ReviewSummary struct {
	Model     string      `json:"model"`
	Same      int         `json:"same"` // decisions that count
	Different int         `json:"different"`
	Unsure    int         `json:"unsure"`
	Undone    int         `json:"undone"`
	Earlier   int         `json:"earlier_model"` // decisions that count, on evidence of another model: not in the estimates
	Waiting   int         `json:"waiting"`       // pairs of the queue
	Clashes   [][]int64   `json:"contradictions,omitempty"`
	Lines     []Precision `json:"precision"`
}

// Summary counts decisions and estimates, from those on the first pairs of a
// random order, how many pairs of each zone and band are one party.
func (v *Review) Summary() (*ReviewSummary, error) {
	queue, err := v.Queue(ByValue)
	if err != nil {
		return nil, err
	}
	s := &ReviewSummary{Model: v.Model(), Undone: len(v.all) - len(v.u.said), Waiting: len(queue), Clashes: v.u.clashes()}
	for i := range v.u.said {
		d := &v.u.said[i]
		switch d.verdict() {
		case dedupe.Same:
			s.Same++
		case dedupe.Different:
			s.Different++
		default:
			s.Unsure++
		}
		if d.Model != s.Model {
			s.Earlier++
		}
	}
	asked, err := v.askPopulation()
	if err != nil {
		return nil, err
	}
	s.Lines = append(estimates("merge", v.mergePopulation()), estimates("ask", asked)...)
	return s, nil
}

// question is one pair of a population in its random place; verdict is "" as
// long as nobody said anything.
type question struct {
	order   uint64
	bits    float64
	verdict string
	next    bool // it was the first open one in random order when it was answered
}

// askPopulation lists the pairs of clients that may be one, as they were before
// anybody answered.
func (v *Review) askPopulation() ([]question, error) {
	at := map[[2]uint32]*question{}
	units, err := v.askUnits(rule(nil))
	if err != nil {
		return nil, err
	}
	for _, x := range units {
		at[clientsOf(v.base, x.rows[0], x.rows[1])] = &question{order: x.order, bits: x.bits}
	}
	var out []question
	for i := range v.u.said {
		d := &v.u.said[i]
		x, okA := rowOf(v.base, v.streams, d.A)
		y, okB := rowOf(v.base, v.streams, d.B)
		if !okA || !okB || d.Model != v.Model() {
			continue
		}
		clients := clientsOf(v.base, x, y)
		if d.One { // parted by this: it was no question
			delete(at, clients)
			continue
		}
		if q := at[clients]; q == nil {
			out = append(out, d.question())
		} else if q.verdict == "" || q.verdict == journal.Unsure {
			*q = d.question()
		}
	}
	apart := apartClients(v.base, v.u)
	for _, e := range joins(v.base, v.u) {
		if q := at[clientsOf(v.base, e.A, e.B)]; q != nil && q.verdict == "" {
			q.verdict = journal.Same
		}
	}
	for clients, q := range at {
		if q.verdict == "" && apart[clients] {
			q.verdict = journal.Different
		}
		out = append(out, *q)
	}
	return out, nil
}

// mergePopulation lists the pairs that are one client by the evidence, as they
// were before anybody answered. What people joined is not among them.
func (v *Review) mergePopulation() []question {
	said := map[[2]journal.Record]*decided{}
	for i := range v.u.said {
		if d := &v.u.said[i]; d.Model == v.Model() {
			said[[2]journal.Record{d.A, d.B}] = d
		}
	}
	var out []question
	for _, x := range v.oneUnits() {
		pair := [2]journal.Record{v.side(x.rows[0]).Record(), v.side(x.rows[1]).Record()}
		if said[pair] != nil || v.u.of(pair[0], pair[1]) == dedupe.Same {
			continue // comes below, or was joined by people
		}
		out = append(out, question{order: x.order, bits: x.bits})
	}
	for _, d := range said {
		if d.One {
			out = append(out, d.question())
		}
	}
	return out
}

func (d *decided) question() question {
	return question{randomOrder(d.A.Stream+"\x00"+d.A.Key, d.B.Stream+"\x00"+d.B.Key), d.Bits, d.Verdict, d.Next}
}

// estimates gives the line of a zone and those of its bands that hold a pair.
func estimates(zone string, all []question) []Precision {
	slices.SortFunc(all, func(x, y question) int {
		return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.bits, y.bits), cmp.Compare(x.verdict, y.verdict))
	})
	upTo := goneThrough(all)
	out := []Precision{estimate(all, upTo)}
	for i := 0; i <= len(bandEdges); i++ {
		var from, to *float64
		if i > 0 {
			from = &bandEdges[i-1]
		}
		if i < len(bandEdges) {
			to = &bandEdges[i]
		}
		var in []question
		for _, q := range all {
			if (from == nil || q.bits >= *from) && (to == nil || q.bits < *to) {
				in = append(in, q)
			}
		}
		if len(in) > 0 {
			p := estimate(in, max(upTo, goneThrough(in)))
			p.From, p.To = from, to
			out = append(out, p)
		}
	}
	for i := range out {
		out[i].Zone = zone
	}
	return out
}

// goneThrough tells how far the random order was gone through: to the end of
// the answered ones with which it begins, or to the last one that was the first
// open one when it was answered. What is open before that came later.
func goneThrough(list []question) uint64 {
	upTo, whole := uint64(0), true
	for _, q := range list {
		whole = whole && q.verdict != ""
		if whole || q.next {
			upTo = q.order
		}
	}
	return upTo
}

// estimate counts the answers up to a place in the random order: they are a
// simple random sample, whatever else was answered.
func estimate(list []question, upTo uint64) Precision {
	p := Precision{Pairs: len(list)}
	for _, q := range list {
		if q.verdict == "" {
			continue
		}
		p.Decided++
		if q.order > upTo {
			continue
		}
		p.Sample++
		switch q.verdict {
		case journal.Same:
			p.Same++
		case journal.Different:
			p.Different++
		default:
			p.Unsure++
		}
	}
	all := p.Pairs > 0 && p.Decided == p.Pairs
	if p.Enough = p.Sample >= leastSample && p.Same+p.Different > 0 || all; !p.Enough {
		return p
	}
	if p.Same+p.Different > 0 {
		p.Share = float64(p.Same) / float64(p.Same+p.Different)
	}
	if all { // nothing is left to chance
		p.Low, p.High = float64(p.Same)/float64(p.Sample), float64(p.Same+p.Unsure)/float64(p.Sample)
		return p
	}
	p.Low, _ = wilson(p.Same, p.Sample)
	_, p.High = wilson(p.Same+p.Unsure, p.Sample)
	return p
}
