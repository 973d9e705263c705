package demobank

import "time"

// bank is the frozen setting of one run: tables, seed and size. It is read by
// all streams at once and changed by none.
type bank struct {
	seed       uint64
	households uint64
	orgs       uint64
	asOf       day
	months     int
	facts      int // per client
	dirt       float64
	men, women *givenNames
	surnames   *surnames
	shapes     weighted
	citiesRU   weighted
	citiesUA   weighted
	firstUA    int
}

func newBank(o Options) *bank {
	y, m, d := o.AsOf.Date()
	b := &bank{seed: o.Seed, asOf: dayOf(y, int(m), d), months: o.Months, facts: o.FactsPerClient, dirt: o.Dirt, surnames: loadSurnames()}
	b.men, b.women = loadGiven()
	for _, w := range shapeWeights {
		b.shapes.add(w)
	}
	for i, c := range cities {
		if c.country == 'R' {
			b.citiesRU.add(c.weight)
			b.firstUA = i + 1
		} else {
			b.citiesUA.add(c.weight)
		}
	}
	b.size(o.Records)
	return b
}

func (b *bank) year() int { return b.asOf.year() }

// size finds how many households and organisations give the wanted number of
// records, from a sample of the first households.
func (b *bank) size(records int) {
	const sample = 4000
	total := 0
	for h := range uint64(sample) {
		for _, f := range b.footprints(b.household(h)) {
			total += f.records()
		}
	}
	// every hundred households have b.orgsPerHundred organisations with their own records
	perHousehold := float64(total)/sample + orgShare*recordsPerOrg
	b.households = uint64(float64(records)/perHousehold + 0.5)
	if b.households == 0 {
		b.households = 1
	}
	b.orgs = uint64(float64(b.households)*orgShare + 0.5)
	if b.orgs == 0 {
		b.orgs = 1
	}
}

// monthStart is the first day of the month that lies back months before AsOf's.
func (b *bank) monthStart(back int) day {
	t := time.Unix(int64(b.asOf)*86400, 0).UTC()
	return dayOf(t.Year(), int(t.Month())-back, 1)
}
