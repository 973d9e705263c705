package demobank

// household is a family or a lone person: the unit that is drawn as a whole,
// because relatives share surname, address and phone.
type household struct {
	h        uint64
	country  byte // 'R' or 'U'
	speaksRu bool // a Ukrainian household that speaks Russian
	addr     address
	home     string // fixed phone, digits with country code; "" = none
	oneMail  bool   // a couple shares the head's mailbox
	twins    bool
	people   []*person
}

// maxMembers bounds the slots of a household; person numbers are h*maxMembers+slot.
const maxMembers = 8

// twinSlot is where the second of two twins stands.
const twinSlot = 3

// Shapes of a household.
const (
	lone = iota
	couple
	coupleOneChild
	coupleTwoChildren
	singleParent
	fatherAndSon // adult son with the father's initials, both clients
	threeGenerations
)

var shapeWeights = []int{36, 22, 16, 12, 7, 3, 4}

// household draws household h. It is a pure function of the seed and h.
func (b *bank) household(h uint64) *household {
	r := draw(b.seed, topicHousehold, h)
	hh := &household{h: h, country: 'R'}
	if r.p(0.38) {
		hh.country = 'U'
		hh.speaksRu = r.p(0.3)
	}
	hh.addr = b.address(&r, hh.country)
	if r.p(0.3) {
		hh.home = b.homePhone(hh)
	}
	shape := b.shapes.pick(&r)
	headYear := b.year() - 22 - (r.n(56)+r.n(56))/2
	if shape == fatherAndSon || shape == threeGenerations {
		headYear = b.year() - 46 - r.n(24)
	}
	sex := byte('m')
	if shape == singleParent || shape == lone && r.p(0.55) {
		sex = 'f'
	}
	fam := b.family(&r, hh.country)
	head := b.member(hh, 0, sex, b.birthDay(&r, headYear), fam, nil)
	switch shape {
	case lone:
	case couple:
		b.spouse(&r, hh, head)
	case coupleOneChild:
		b.spouse(&r, hh, head)
		b.children(&r, hh, head, 1)
	case coupleTwoChildren:
		b.spouse(&r, hh, head)
		b.children(&r, hh, head, 2)
	case singleParent:
		b.children(&r, hh, head, 1)
	case fatherAndSon:
		// Пётр Павлович → Павел Петрович, or a full namesake
		head.father = b.givenWithInitial(&r, 'm', head.given, head.born.year()-28, r.p(0.3))
		son := b.member(hh, 2, 'm', b.birthDay(&r, headYear+20+r.n(12)), fam, head.given)
		son.given = b.givenWithInitial(&r, 'm', head.given, son.born.year(), r.p(0.3))
	case threeGenerations:
		b.spouse(&r, hh, head)
		son := b.member(hh, 2, 'm', b.birthDay(&r, headYear+20+r.n(8)), fam, head.given)
		wife := b.member(hh, 3, 'f', b.birthDay(&r, son.born.year()+r.between(-3, 4)), fam, nil)
		wife.maiden, wife.married = b.family(&r, hh.country), son.born.addYears(24)
		b.member(hh, 4, sexOf(&r), b.birthDay(&r, son.born.year()+25), fam, son.given)
	}
	hh.oneMail = r.p(0.03)
	return hh
}

func sexOf(r *rng) byte {
	if r.p(0.5) {
		return 'm'
	}
	return 'f'
}

func (b *bank) family(r *rng, country byte) surname {
	if country == 'U' && !r.p(0.2) || country == 'R' && r.p(0.05) {
		return b.surnames.pickUk(r)
	}
	return b.surnames.pickRu(r)
}

// spouse adds the head's wife; most take the husband's surname.
func (b *bank) spouse(r *rng, hh *household, head *person) {
	own := b.family(r, hh.country)
	born := b.birthDay(r, head.born.year()+r.between(-3, 8))
	wedding := born.addYears(20 + r.n(10))
	wife := b.member(hh, 1, 'f', born, head.fam, nil)
	switch {
	case r.p(0.8):
		wife.maiden, wife.married = own, wedding
	case r.p(0.3):
		wife.maiden, wife.married, wife.hyphen = own, wedding, true
	default:
		wife.fam = own
	}
}

// children adds children of the head, sometimes twins.
func (b *bank) children(r *rng, hh *household, head *person, n int) {
	father := head.given
	if head.sex == 'f' {
		father = b.men.pick(r, head.born.year()-2)
	}
	first := b.birthDay(r, head.born.year()+20+r.n(14))
	c := b.member(hh, 2, sexOf(r), first, head.fam, father)
	if n < 2 {
		return
	}
	if r.p(0.12) {
		hh.twins = true
		twin := b.member(hh, twinSlot, c.sex, c.born, head.fam, father)
		for twin.given == c.given {
			twin.given = b.given(r, c.sex, first.year())
		}
		return
	}
	b.member(hh, 3, sexOf(r), b.birthDay(r, first.year()+2+r.n(6)), head.fam, father)
}

// birthDay draws a day of a year; the first of January is over-represented,
// as it is in registers.
func (b *bank) birthDay(r *rng, year int) day {
	if last := b.year() - 1; year > last {
		year = last
	}
	if r.p(0.006) {
		return dayOf(year, 1, 1)
	}
	return dayOf(year, 1, 1) + day(r.n(365))
}

func (b *bank) given(r *rng, sex byte, year int) *given {
	if sex == 'm' {
		return b.men.pick(r, year)
	}
	return b.women.pick(r, year)
}

// givenWithInitial draws another name with the same first letter, or the same
// name when same is asked for or no other exists.
func (b *bank) givenWithInitial(r *rng, sex byte, like *given, year int, same bool) *given {
	if same {
		return like
	}
	want := []rune(like.ru)[0]
	for range 200 {
		g := b.given(r, sex, year)
		if g != like && []rune(g.ru)[0] == want {
			return g
		}
	}
	return like
}
