package demobank

// crowd gives the people of a sequence of events. People do several things in
// a few days, so each stretch of events shares a small crowd, which also saves
// drawing a household for every event. The crowd of a stretch is a pure
// function of the seed, the sequence and the stretch.
type crowd struct {
	b       *bank
	topic   uint64
	ask     func(f *footprint) bool
	stretch int
	people  []*footprint
}

// Events per stretch and people in its crowd.
const (
	stretchEvents = 2048
	stretchPeople = 448
)

func (b *bank) crowd(topic uint64, ask func(f *footprint) bool) *crowd {
	return &crowd{b: b, topic: topic, ask: ask, stretch: -1}
}

// pick gives the person of event i; nil when nobody passes.
func (c *crowd) pick(r *rng, i int) *footprint {
	if s := i / stretchEvents; s != c.stretch {
		c.stretch, c.people = s, c.people[:0]
		cr := draw(c.b.seed, topicEvent, c.topic, uint64(s))
		for range stretchPeople {
			if f := c.b.someone(&cr, c.ask); f != nil {
				c.people = append(c.people, f)
			}
		}
	}
	if len(c.people) == 0 {
		return nil
	}
	x := r.f()
	return c.people[int(x*(0.3+0.7*x)*float64(len(c.people)))]
}

// someone draws a person who passes ask; some households are drawn more often
// than others. It gives up after many tries.
func (b *bank) someone(r *rng, ask func(f *footprint) bool) *footprint {
	for range 400 {
		x := r.f()
		h := permute(b.seed, topicEvent<<8, uint64(x*(0.4+0.6*x)*float64(b.households)), b.households)
		for _, f := range b.footprints(b.household(h)) {
			if ask(f) {
				return f
			}
		}
	}
	return nil
}

// clients estimates the number of people who hold accounts, from a sample.
func (b *bank) clients() int {
	n, sample := 0, min(b.households, 2000)
	for h := range sample {
		for _, f := range b.footprints(b.household(h)) {
			if len(f.accounts) > 0 {
				n++
			}
		}
	}
	return int(float64(n) / float64(sample) * float64(b.households))
}
