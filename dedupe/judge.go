package dedupe

import (
	"cmp"
	"context"
	"slices"
)

// Judgement compares everything that was found with the truth. It holds counts
// and shares only, no record's name and no value.
type Judgement struct {
	Likely      Quality            `json:"most_probable"`
	Sure        Quality            `json:"confident"`
	Calibration Calibration        `json:"calibration"`
	Blocking    Blocking           `json:"blocking"`
	Bands       []ScoreBand        `json:"score_bands"`
	Thresholds  []ThresholdQuality `json:"thresholds"`
	Default     float64            `json:"default_threshold"` // bits, chosen without the truth
	Best        float64            `json:"best_threshold"`    // of those tried, by pair F1
	Sizes       []SizeCount        `json:"cluster_sizes"`
	Largest     []Largest          `json:"largest_clusters"`
	Risk        []MergeRisk        `json:"false_merges"`
}

// Blocking is the recall of the blocking rules: true, and estimated without labels.
type Blocking struct {
	Met
	Recall
}

// ThresholdQuality is the quality of the partition that merges from so many bits.
type ThresholdQuality struct {
	Bits      float64 `json:"bits"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	B3F1      float64 `json:"b3_f1"`
	Clusters  int     `json:"clusters"`
	Largest   int     `json:"largest"`
}

// SizeCount is how many clusters have so many records.
type SizeCount struct {
	Records int `json:"records"`
	Found   int `json:"found"`
	Sure    int `json:"confident"`
	True    int `json:"true"`
}

// Largest is one of the largest clusters found.
type Largest struct {
	Records int `json:"records"`
	Parties int `json:"parties"`      // true parties in it
	Main    int `json:"main_records"` // records of the party that has most
	Spread  int `json:"clusters"`     // clusters over which that party is spread
}

// MergeRisk is the false merges of a partition per 100 000 clusters.
type MergeRisk struct {
	Partition string  `json:"partition"`
	From      float64 `json:"from_bits"`
	Expected  float64 `json:"expected_per_100000"`
	True      float64 `json:"true_per_100000"`
}

// triedThresholds are the bits from which other partitions are made.
var triedThresholds = []float64{-2, -1, 0, 1, 2, 3, 5, 7, 10}

// shownLargest is how many of the largest clusters are told.
const shownLargest = 20

// Judge compares edges and partition with the truth: for each row the number
// of its party. scale and recall were made without it.
func (p *Prepared) Judge(ctx context.Context, md *Model, e *Edges, part *Partition, scale *Scale, recall Recall, truth []uint32, s Settings) (*Judgement, error) {
	j := &Judgement{Likely: Evaluate(part.Cluster, truth), Sure: Evaluate(part.Confident, truth), Default: md.Merge}
	j.Calibration = Calibrate(e.List, scale, truth)
	j.Bands = ScoreBands(e.List, scale, truth, j.Likely.TruePairs)
	met, err := p.Met(md, truth, s)
	if err != nil {
		return nil, err
	}
	j.Blocking = Blocking{met, recall}
	best := -1.0
	for _, bits := range triedThresholds {
		other := *md
		other.Merge, other.Confident = bits, max(bits, md.Confident)
		of := part.Cluster
		if bits != md.Merge {
			q, err := clusterPart(ctx, p.m, &other, e, nil, nil, nil, s)
			if err != nil {
				return nil, err
			}
			of = q.Cluster
		}
		q := Evaluate(of, truth)
		j.Thresholds = append(j.Thresholds, ThresholdQuality{bits, q.Precision, q.Recall, q.F1, q.B3F1, q.Clusters, q.Largest})
		if q.F1 > best || q.F1 == best && bits == md.Merge {
			best, j.Best = q.F1, bits
		}
	}
	j.Sizes = sizes(part, truth)
	j.Largest = largest(part.Cluster, truth)
	for _, x := range []struct {
		name string
		bits float64
		of   []uint32
	}{{"most probable", md.Merge, part.Cluster}, {"confident", md.Confident, part.Confident}} {
		expected, err := p.FalseMerges(md, x.of, s)
		if err != nil {
			return nil, err
		}
		clusters, wrong := falseMerges(x.of, truth)
		j.Risk = append(j.Risk, MergeRisk{x.name, x.bits, Per100000(expected, clusters), Per100000(float64(wrong), clusters)})
	}
	return j, nil
}

// Per100000 brings a number of events to 100 000 clusters.
func Per100000(events float64, clusters int) float64 {
	if clusters == 0 {
		return 0
	}
	return events / float64(clusters) * 100_000
}

// falseMerges counts clusters, and the merges without which each of them would
// hold one party only.
func falseMerges(of, truth []uint32) (clusters, wrong int) {
	type both struct{ f, t uint32 }
	seen, parts := map[uint32]bool{}, map[both]bool{}
	for r, c := range of {
		seen[c], parts[both{c, truth[r]}] = true, true
	}
	return len(seen), len(parts) - len(seen)
}

func sizes(part *Partition, truth []uint32) []SizeCount {
	by := map[int]*SizeCount{}
	count := func(of []uint32, at func(*SizeCount) *int) {
		n := map[uint32]int{}
		for _, c := range of {
			n[c]++
		}
		for _, k := range n {
			if by[k] == nil {
				by[k] = &SizeCount{Records: k}
			}
			*at(by[k])++
		}
	}
	count(part.Cluster, func(s *SizeCount) *int { return &s.Found })
	count(part.Confident, func(s *SizeCount) *int { return &s.Sure })
	count(truth, func(s *SizeCount) *int { return &s.True })
	out := make([]SizeCount, 0, len(by))
	for _, s := range by {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b SizeCount) int { return a.Records - b.Records })
	return out
}

// largest tells what the largest clusters hold.
func largest(of, truth []uint32) []Largest {
	type both struct{ f, t uint32 }
	in, spread := map[both]bool{}, map[uint32]int{}
	for r, c := range of {
		if k := (both{c, truth[r]}); !in[k] {
			in[k] = true
			spread[truth[r]]++
		}
	}
	clusters := groups(of)
	slices.SortStableFunc(clusters, func(a, b []uint32) int { return len(b) - len(a) })
	var out []Largest
	for i, rows := range clusters {
		if i >= shownLargest && len(rows) < len(clusters[i-1]) {
			break // of clusters of one size all are looked at: which are shown does not depend on the order of rows
		}
		n := map[uint32]int{}
		for _, r := range rows {
			n[truth[r]]++
		}
		l := Largest{Records: len(rows), Parties: len(n)}
		for party, k := range n {
			if k > l.Main || k == l.Main && spread[party] < l.Spread {
				l.Main, l.Spread = k, spread[party]
			}
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b Largest) int {
		return cmp.Or(b.Records-a.Records, b.Parties-a.Parties, b.Main-a.Main, a.Spread-b.Spread)
	})
	return out[:min(len(out), shownLargest)]
}
