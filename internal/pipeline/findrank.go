package pipeline

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"clientbase/internal/lookup"
	"clientbase/internal/store"
)

// search collects which clients fit which part of a question.
type search struct {
	ctx   context.Context
	l     *Lookup
	words []string // names asked for
	lists []fitting
	meant map[string][]*lookup.Pattern // the forms of a word asked for
	apart map[[2]string]int            // how many edits a word asked for is from one shown
}

// fitting are the clients that fit a part of the question in one way.
type fitting struct {
	part    string
	why     string
	score   int
	clients []uint32 // ascending
}

// look adds the clients that bear a term.
func (q *search) look(part string, score int, why, kind, term string) error {
	from := len(q.l.nos)
	all, err := q.l.f.Clients(kind, term, q.l.nos)
	if err != nil {
		return err
	}
	if q.l.nos = all; len(all) > from {
		q.lists = append(q.lists, fitting{part, why, score, all[from:len(all):len(all)]})
	}
	return nil
}

// selected adds the clients of a query of (client_no, score) rows.
func (q *search) selected(part, why, sql string, args ...any) error {
	r, err := q.l.s.Reader(q.ctx)
	if err != nil {
		return err
	}
	rows, err := r.Query(q.ctx, sql, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	byScore := map[int][]uint32{}
	var scores []int
	for rows.Next() {
		var no int32
		var score int
		if err := rows.Scan(&no, &score); err != nil {
			return err
		}
		if byScore[score] == nil {
			scores = append(scores, score)
		}
		byScore[score] = append(byScore[score], uint32(no))
	}
	slices.Sort(scores)
	for _, s := range scores {
		slices.Sort(byScore[s])
		q.lists = append(q.lists, fitting{part, why, s, slices.Compact(byScore[s])})
	}
	return rows.Err()
}

// hit is a client that fits, with its sum over the parts of the question.
type hit struct {
	no    uint32
	score int
}

// looked is how many clients are read to decide among equal scores.
const looked = 200

// best gives the clients with the highest sums over the parts of the question,
// of each part the best way in which it fits: n of them, where there are so
// many, those of lower number first among equals.
func (q *search) best(n int) []hit {
	top := q.l.f.Top()
	for _, l := range q.lists {
		top = max(top, int(l.clients[len(l.clients)-1])+1)
	}
	if len(q.l.sum) < top {
		q.l.sum, q.l.part = make([]uint16, top), make([]uint16, top)
	}
	sum, part := q.l.sum, q.l.part // all are 0 between questions
	slices.SortStableFunc(q.lists, func(a, b fitting) int { return strings.Compare(a.part, b.part) })
	fitted := q.l.fitted[:0]
	for i := 0; i < len(q.lists); {
		touched := q.l.touched[:0]
		name := q.lists[i].part
		for ; i < len(q.lists) && q.lists[i].part == name; i++ {
			score := uint16(q.lists[i].score)
			for _, c := range q.lists[i].clients {
				if part[c] == 0 {
					touched = append(touched, c)
				}
				part[c] = max(part[c], score)
			}
		}
		for _, c := range touched {
			if sum[c] == 0 {
				fitted = append(fitted, c)
			}
			sum[c], part[c] = min(sum[c], math.MaxUint16/2)+part[c], 0
		}
		q.l.touched = touched
	}
	q.l.fitted = fitted
	out := highest(fitted, sum, n)
	for _, c := range fitted {
		sum[c] = 0
	}
	return out
}

// highest gives the n clients of the greatest sums, those of lower number first
// among equals, in this order.
func highest(list []uint32, sum []uint16, n int) []hit {
	most := uint16(0)
	for _, c := range list {
		most = max(most, sum[c])
	}
	count := make([]int, int(most)+1)
	for _, c := range list {
		count[sum[c]]++
	}
	least, have := most, 0
	for s := int(most); s > 0 && have < n; s-- {
		if count[s] > 0 {
			least = uint16(s)
			have += count[s]
		}
	}
	var keep []hit
	var last []uint32 // often thousands, of whom a few are kept
	for _, c := range list {
		switch {
		case sum[c] > least:
			keep = append(keep, hit{c, int(sum[c])})
		case sum[c] == least:
			last = append(last, c)
		}
	}
	slices.SortFunc(keep, func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.no, b.no)) })
	slices.Sort(last)
	for _, c := range last[:min(len(last), n-len(keep))] {
		keep = append(keep, hit{c, int(least)})
	}
	return keep
}

// explain says in which ways a client fits, and how many parts of the question
// lead to it.
func (q *search) explain(c uint32, f *Found) {
	best := map[string]int{}
	var ways []*fitting
	for i := range q.lists {
		l := &q.lists[i]
		if _, in := slices.BinarySearch(l.clients, c); in {
			ways = append(ways, l)
			best[l.part] = max(best[l.part], l.score)
		}
	}
	for _, l := range ways {
		if best[l.part] == l.score && !slices.Contains(f.Why, l.why) {
			f.Why = append(f.Why, l.why)
		}
	}
	f.fits = fits(best)
}

// fits counts the parts of the question that lead to a client. A word counts
// once, whether it fits a name, an organisation, or both; so do the digits.
func fits[V any](parts map[string]V) int {
	n := len(parts)
	_, number := parts["number"]
	if _, account := parts["account"]; number && account {
		n--
	}
	return n
}

// shown is a client with what decides among equals.
type shown struct {
	hit
	store.Card
	far int
}

// ranked reads the best clients, decides among equals and shows them.
func (q *search) ranked(limit int) ([]Found, error) {
	if len(q.lists) == 0 || limit <= 0 {
		return nil, nil
	}
	hits := q.best(max(looked, limit))
	if len(hits) > limit { // who fits less than the last that is shown is not shown
		least := hits[limit-1].score
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.score < least })
	}
	all := make([]shown, 0, len(hits))
	for i, h := range hits {
		c, buf, ok, err := q.l.f.Card(h.no, q.l.card)
		if err != nil {
			return nil, err
		}
		if q.l.card = buf; !ok {
			continue
		}
		x := shown{hit: h, Card: c}
		if i > 0 && hits[i-1].score == h.score || i+1 < len(hits) && hits[i+1].score == h.score {
			x.far = q.far(c.Name)
		}
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b shown) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.far, b.far), cmp.Compare(b.Records, a.Records), strings.Compare(a.ClientID, b.ClientID))
	})
	all = all[:min(limit, len(all))]
	out := make([]Found, len(all))
	for i, x := range all {
		out[i] = Found{ClientID: x.ClientID, Name: x.Name, Party: x.Party, Born: x.Born, City: x.City, Score: float64(x.score), no: x.no}
		q.explain(x.no, &out[i])
	}
	return out, nil
}

// far sums up how far the words asked for are from the name that is shown: 0
// for a word that stands in it, 2 for another spelling of it, 4 more for each edit
// between the two; a word that is nowhere in it counts as three edits. Each word
// shown beyond those asked for counts 1: who asks for "Козлов Владимир" gets him
// of whom no patronymic is known before his namesakes.
func (q *search) far(name string) int {
	shown := strings.Fields(name)
	sum := max(len(shown)-len(q.words), 0)
	for _, w := range q.words {
		if slices.ContainsFunc(shown, func(s string) bool { return strings.EqualFold(s, w) }) {
			continue
		}
		least := farMost
		for _, s := range shown {
			least = min(least, q.edits(w, s))
		}
		sum += 2 + 4*least
	}
	return sum
}

// farMost is the number of edits from which it does not matter how many they are.
const farMost = 3

// edits counts those between the nearest forms of two words; words repeat among
// the clients that fit a question.
func (q *search) edits(asked, shown string) int {
	least, known := q.apart[[2]string{asked, shown}]
	if known {
		return least
	}
	least = farMost
	if q.meant[asked] == nil {
		for _, form := range q.formsOf(asked) {
			q.meant[asked] = append(q.meant[asked], lookup.NewPattern(form))
		}
	}
	for _, a := range q.meant[asked] {
		for _, b := range q.formsOf(shown) {
			least = min(least, a.Distance(b, farMost-1))
		}
	}
	q.apart[[2]string{asked, shown}] = least
	return least
}

// formsOf gives the forms under which a word of a name is compared.
func (q *search) formsOf(w string) []string {
	if out, ok := q.l.forms[w]; ok {
		return out
	}
	out := nameForms(w)
	for _, t := range orgTerms(w) {
		out = append(out, t.term)
	}
	q.l.forms[w] = out
	return out
}

func sortedUnique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
