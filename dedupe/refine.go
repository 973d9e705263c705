package dedupe

import "context"

const (
	// refineRounds is how often the clusters correct the levels of one person.
	refineRounds = 2
	// refinePairs is the number of pairs of one party per record from which
	// clusters teach: three records a party in the mean.
	refinePairs = 1.5
	// refineSize is the least cluster that teaches: each of its pairs is held
	// together by at least two other records.
	refineSize = 4
	// refineMost is how many records of one cluster teach.
	refineMost = 20
)

// refine learns the levels of one person anew, and which values stand for each
// other, from all pairs inside clusters, also those that no blocking rule found: pairs of blocks agree more often than
// pairs of one person do. It is done only where parties have many records: on a
// base with few duplicates the clusters would teach what made them, and "same
// name" would become the meaning of one person.
func (md *Model) refine(ctx context.Context, m *matrix, s Settings) error {
	if m.t.Rows > sampleFrom || md.Person+md.Moved < refinePairs*float64(m.t.Rows) {
		return nil
	}
	for range refineRounds {
		if err := md.bind(m); err != nil {
			return err
		}
		e, err := score(ctx, newBlocker(m, md.plan, s.workers()), md, nil, s)
		if err != nil {
			return err
		}
		p, err := clusterPart(ctx, m, md, e, nil, nil, nil, s)
		if err != nil {
			return err
		}
		md.learnFrom(m, p)
		md.aliases = m.learnAliases(p.Confident, p.Sure)
		md.settle()
	}
	return nil
}

// learnFrom takes the level counts of the pairs inside the clusters of p.
func (md *Model) learnFrom(m *matrix, p *Partition) {
	members := make([][]uint32, p.Clusters)
	for _, r := range m.byRank {
		members[p.Cluster[r]] = append(members[p.Cluster[r]], r)
	}
	all := 0.0
	seen := map[uint64]float64{}
	var order []uint64
	c := newComparer(m)
	var lv levelsOf
	var val [maxFeatures][2]uint32
	for _, rows := range members {
		all += float64(len(rows)) * float64(len(rows)-1) / 2
		if len(rows) < refineSize {
			continue
		}
		rows = rows[:min(len(rows), refineMost)]
		for i, x := range rows {
			for _, y := range rows[i+1:] {
				c.compare(x, y, &lv, &val)
				k := c.pattern(&lv)
				if seen[k] == 0 {
					order = append(order, k)
				}
				seen[k]++
			}
		}
	}
	e := &estimate{places: m.places()}
	for i := 0; i < e.places; i++ {
		e.roles = append(e.roles, m.placeRole(i))
		e.levels = append(e.levels, len(m.placeLevels(i)))
	}
	for _, k := range order {
		e.patterns = append(e.patterns, counted{k, seen[k]})
	}
	moved := md.movedShare(e)
	md.Person, md.Moved = all*(1-moved), all*moved
}

// movedShare sets the levels of one person from pairs that are known to be of
// one person, and gives the share of those whose address changed as a whole.
func (md *Model) movedShare(e *estimate) float64 {
	share := md.Moved / (md.Person + md.Moved)
	for range 5 {
		sum := make([][]float64, e.places)
		for i := range sum {
			sum[i] = make([]float64, e.levels[i])
		}
		total, movers := 0.0, 0.0
		for _, pt := range e.patterns {
			stay, move := 1-share, share
			for i, p := 0, pt.pattern; i < e.places; i, p = i+1, p>>4 {
				if l := md.Features[i].Levels[p&15]; p&15 != 0 && homeRole(e.roles[i]) {
					stay *= l.Person
					move *= l.Stranger
				}
			}
			away := 0.0
			if stay+move > 0 {
				away = move / (stay + move) * pt.n
			}
			total, movers = total+pt.n, movers+away
			for i, p := 0, pt.pattern; i < e.places; i, p = i+1, p>>4 {
				switch {
				case p&15 == 0:
				case homeRole(e.roles[i]):
					sum[i][p&15] += pt.n - away
				default:
					sum[i][p&15] += pt.n
				}
			}
		}
		if total == 0 {
			return share
		}
		share = min(movers/total, 0.5)
		for i := range sum {
			u := make([]float64, e.levels[i])
			m := make([]float64, e.levels[i])
			for l := 1; l < len(u); l++ {
				u[l] = md.Features[i].Levels[l].Stranger
			}
			e.toPerson(i, m, u, sum[i])
			for l := 1; l < len(m); l++ {
				md.Features[i].Levels[l].Person = m[l]
			}
		}
	}
	return share
}
