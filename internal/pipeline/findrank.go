package pipeline

import (
	"context"
	"slices"
	"sort"
	"strconv"
	"strings"

	"clientbase/internal/lookup"
	"clientbase/internal/store"
)

// search collects which clients fit which part of a question.
type search struct {
	ctx   context.Context
	r     *store.Reader
	f     *store.Finder
	tok   *tokenizer
	words []string // names asked for
	lists []fitting
	forms map[string][]string // of words, for the order among equals
	apart map[[2]string]int   // how many edits a word asked for is from one shown
}

// fitting are the clients that fit a part of the question in one way.
type fitting struct {
	part    string
	why     string
	score   float64
	clients []uint32 // ascending
}

// look adds the clients that bear a term.
func (q *search) look(part string, score float64, why, kind, term string) error {
	list, err := q.f.Clients(kind, term)
	if err == nil && len(list) > 0 {
		q.lists = append(q.lists, fitting{part, why, score, list})
	}
	return err
}

// selected adds the clients of a query of (client_no, score) rows.
func (q *search) selected(part, why, sql string, args ...any) error {
	rows, err := q.r.Query(q.ctx, sql, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	byScore := map[float64][]uint32{}
	var scores []float64
	for rows.Next() {
		var no int32
		var score float64
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

// hit is a client with what fits it.
type hit struct {
	no    uint32
	score float64
	parts map[string]float64 // best score per part of the question
	why   []string
}

// fits counts the parts of the question that lead here. A word counts once,
// whether it fits a name, an organisation, or both; so do the digits.
func (h *hit) fits() int {
	parts := map[string]bool{}
	for part := range h.parts {
		switch part {
		case "number", "account":
			parts["digits"] = true
		default: // a word; the text as a whole: an id, a key, an address; a day
			parts[part] = true
		}
	}
	return len(parts)
}

// looked is how many clients are read to decide among equal scores.
const looked = 200

// best gives the clients with the highest sums over the parts of the question,
// of each part the best way in which it fits: at least n of them, where there are.
func (q *search) best(n int) []*hit {
	top := q.f.Top()
	for _, l := range q.lists {
		top = max(top, int(l.clients[len(l.clients)-1])+1)
	}
	sum, part := make([]float32, top), make([]float32, top)
	sort.SliceStable(q.lists, func(i, j int) bool { return q.lists[i].part < q.lists[j].part })
	var fitted []uint32
	for i := 0; i < len(q.lists); {
		var touched []uint32
		name := q.lists[i].part
		for ; i < len(q.lists) && q.lists[i].part == name; i++ {
			score := float32(q.lists[i].score)
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
			sum[c], part[c] = sum[c]+part[c], 0
		}
	}
	fitted = highest(fitted, sum, n)
	out := make([]*hit, len(fitted))
	for i, c := range fitted {
		out[i] = q.explain(c)
	}
	return out
}

// highest keeps the n clients of the greatest sums, those of lower number first
// among equals, in this order.
func highest(list []uint32, sum []float32, n int) []uint32 {
	count := map[float32]int{}
	for _, c := range list {
		count[sum[c]]++
	}
	scores := make([]float32, 0, len(count))
	for s := range count {
		scores = append(scores, s)
	}
	slices.Sort(scores)
	least, have := float32(0), 0
	for i := len(scores) - 1; i >= 0 && have < n; i-- {
		least = scores[i]
		have += count[least]
	}
	keep := list[:0]
	for _, c := range list {
		if sum[c] >= least {
			keep = append(keep, c)
		}
	}
	slices.SortFunc(keep, func(a, b uint32) int {
		switch {
		case sum[a] > sum[b] || sum[a] == sum[b] && a < b:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	return keep[:min(n, len(keep))]
}

// explain says in which ways a client fits.
func (q *search) explain(c uint32) *hit {
	h := &hit{no: c, parts: map[string]float64{}}
	for _, l := range q.lists {
		if _, in := slices.BinarySearch(l.clients, c); in {
			h.parts[l.part] = max(h.parts[l.part], l.score)
		}
	}
	for _, l := range q.lists {
		if _, in := slices.BinarySearch(l.clients, c); in && h.parts[l.part] == l.score && !slices.Contains(h.why, l.why) {
			h.why = append(h.why, l.why)
		}
	}
	for _, part := range sortedUnique(mapKeys(h.parts)) {
		h.score += h.parts[part]
	}
	return h
}

// ranked reads the best clients, decides among equals and shows them.
func (q *search) ranked(limit int) ([]Found, error) {
	if len(q.lists) == 0 || limit <= 0 {
		return nil, nil
	}
	hits := q.best(max(looked, limit))
	if len(hits) > limit { // who fits less than the last that is shown is not shown
		least := hits[limit-1].score
		hits = slices.DeleteFunc(hits, func(h *hit) bool { return h.score < least })
	}
	byNo, equal := map[uint32]*hit{}, map[float64]int{}
	list := make([]string, len(hits))
	for i, h := range hits {
		byNo[h.no], list[i] = h, strconv.Itoa(int(h.no))
		equal[h.score]++
	}
	rows, err := q.r.Query(q.ctx, `SELECT client_no, client_id, coalesce(display_name, ''), party, coalesce(strftime(birth_date, '%Y-%m-%d'), ''), coalesce(city, ''), n_records::BIGINT
		FROM clients WHERE client_no IN (`+strings.Join(list, ", ")+`)`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	type shown struct {
		Found
		far     int
		records int64
	}
	var all []shown
	for rows.Next() {
		var no int32
		var f shown
		if err := rows.Scan(&no, &f.ClientID, &f.Name, &f.Party, &f.Born, &f.City, &f.records); err != nil {
			return nil, err
		}
		h := byNo[uint32(no)]
		f.Score, f.Why, f.fits = h.score, h.why, h.fits()
		if equal[h.score] > 1 {
			f.far = q.far(f.Name)
		}
		all = append(all, f)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := &all[i], &all[j]
		switch {
		case a.Score != b.Score:
			return a.Score > b.Score
		case a.far != b.far:
			return a.far < b.far
		case a.records != b.records:
			return a.records > b.records
		}
		return a.ClientID < b.ClientID
	})
	out := make([]Found, 0, limit)
	for _, f := range all[:min(limit, len(all))] {
		out = append(out, f.Found)
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
	for _, a := range q.formsOf(asked) {
		for _, b := range q.formsOf(shown) {
			least = min(least, lookup.Distance(a, b, farMost-1))
		}
	}
	q.apart[[2]string{asked, shown}] = least
	return least
}

// formsOf gives the forms under which a word of a name is compared.
func (q *search) formsOf(w string) []string {
	if out, ok := q.forms[w]; ok {
		return out
	}
	out := nameForms(w)
	for _, t := range orgTerms(w) {
		out = append(out, t.term)
	}
	q.forms[w] = out
	return out
}

func sortedUnique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func mapKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
