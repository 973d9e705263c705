package dedupe

// Quality compares a partition with the truth.
type Quality struct {
	Rows         int     `json:"rows"`
	Precision    float64 `json:"precision"` // of pairs in one cluster
	Recall       float64 `json:"recall"`
	F1           float64 `json:"f1"`
	B3Precision  float64 `json:"b3_precision"` // B-cubed: mean over records
	B3Recall     float64 `json:"b3_recall"`
	B3F1         float64 `json:"b3_f1"`
	Clusters     int     `json:"clusters"`
	TrueClusters int     `json:"true_clusters"`
	Largest      int     `json:"largest"` // largest cluster found
	TrueLargest  int     `json:"true_largest"`
	TruePairs    int64   `json:"true_pairs"`
	FoundPairs   int64   `json:"found_pairs"`
	RightPairs   int64   `json:"right_pairs"`
}

// Evaluate gives the quality of found against truth: for each row the number
// (any number) of its cluster. Empty denominators count as 1.
func Evaluate(found, truth []uint32) Quality {
	type both struct{ f, t uint32 }
	nf, nt, nb := map[uint32]int64{}, map[uint32]int64{}, map[both]int64{}
	for i := range found {
		nf[found[i]]++
		nt[truth[i]]++
		nb[both{found[i], truth[i]}]++
	}
	q := Quality{Rows: len(found), Clusters: len(nf), TrueClusters: len(nt)}
	pairs := func(n int64) int64 { return n * (n - 1) / 2 }
	for _, n := range nf {
		q.FoundPairs += pairs(n)
		q.Largest = max(q.Largest, int(n))
	}
	for _, n := range nt {
		q.TruePairs += pairs(n)
		q.TrueLargest = max(q.TrueLargest, int(n))
	}
	// sums in row order: no map order in floating point
	for _, n := range nb {
		q.RightPairs += pairs(n)
	}
	for i := range found {
		n := float64(nb[both{found[i], truth[i]}])
		q.B3Precision += n / float64(nf[found[i]])
		q.B3Recall += n / float64(nt[truth[i]])
	}
	f1 := func(p, r float64) float64 { return share(2*p*r, p+r) }
	rows := float64(len(found))
	q.Precision = share(float64(q.RightPairs), float64(q.FoundPairs))
	q.Recall = share(float64(q.RightPairs), float64(q.TruePairs))
	q.F1 = f1(q.Precision, q.Recall)
	q.B3Precision, q.B3Recall = share(q.B3Precision, rows), share(q.B3Recall, rows)
	q.B3F1 = f1(q.B3Precision, q.B3Recall)
	return q
}

// share is a/b; an empty denominator counts as 1.
func share(a, b float64) float64 {
	if b == 0 {
		return 1
	}
	return a / b
}
