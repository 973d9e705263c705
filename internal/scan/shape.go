package scan

// group is a run of digits inside a region, between separators.
type group struct {
	lo, hi int  // units [lo,hi)
	gap    int  // separators before it
	sign   byte // the first separator before it
	wrap   bool // one of them is a line wrap
	open   bool // cannot join the group before it: too many separators or two line ends
}

func (g group) n() int { return g.hi - g.lo }

// region looks for cards in a run of digits, look-alikes and separators.
// plus: a "+" stands before it; word: a letter follows it at once.
func region(us []unit, plus, word bool, hit func([]unit)) {
	gs := groups(us, word)
	for i := 0; i < len(gs); {
		if plus && i == 0 {
			// A phone: it may be followed by a card, but not be one.
			i++
			continue
		}
		if n := cardAt(us, gs, i, hit); n > 0 {
			i += n
			continue
		}
		i++
	}
}

func groups(us []unit, word bool) []group {
	end := len(us)
	if word {
		// Look-alikes that touch the following word belong to it.
		for end > 0 && us[end-1].cls.k == looks {
			end--
		}
	}
	var gs []group
	for i := 0; i < end; {
		g := group{open: i == 0}
		lines := 0
		for i < end && (us[i].cls.k == sep || us[i].cls.k == newline) {
			if g.gap == 0 {
				g.sign = us[i].cls.sign
			}
			if us[i].cls.k == newline {
				if i+1 >= end || us[i+1].cls.k != newline { // CR LF is one
					lines++
				}
				g.wrap = true
			}
			g.gap++
			i++
		}
		if lines > 1 || g.gap > 3 && !(g.wrap && g.gap <= 8) {
			g.open = true
		}
		g.lo = i
		for i < end && us[i].cls.k <= looks {
			i++
		}
		if g.hi = i; g.n() > 0 {
			gs = append(gs, g)
		}
	}
	return gs
}

// cardAt tries to read a card that begins with group i and gives how many
// groups it took; 0 = none.
func cardAt(us []unit, gs []group, i int, hit func([]unit)) int {
	g := gs[i]
	if n := g.n(); n >= 13 {
		if n > 19 || i > 0 && fraction(us, gs, i) {
			return 0
		}
		return try(us, gs, i, i, hit)
	}
	if g.n() == 4 {
		if n, done := fours(us, gs, i, hit); done {
			return n
		}
	}
	// Other ways to group, and one line wrap anywhere: the longest first.
	last := i
	for total := g.n(); last+1 < len(gs) && !gs[last+1].open && total+gs[last+1].n() <= 19; last++ {
		total += gs[last+1].n()
	}
	for j := last; j > i; j-- {
		if written(gs, i, j) && !listed(gs, i, j) {
			if n := try(us, gs, i, j, hit); n > 0 {
				return n
			}
		}
	}
	return 0
}

// fraction: 0.4111…, 55.75222… are numbers, not cards.
func fraction(us []unit, gs []group, i int) bool {
	g, p := gs[i], gs[i-1]
	if g.gap != 1 || g.sign != '.' {
		return false
	}
	return p.n() == 2 || p.n() == 3 || p.n() == 1 && us[p.lo].cls.d == 0
}

// fours reads groups of four. The whole run of fours decides, so that a
// 20-digit account or an IBAN written in fours holds no card.
func fours(us []unit, gs []group, i int, hit func([]unit)) (took int, done bool) {
	joined := func(k int) bool { return k < len(gs) && !gs[k].open && !gs[k].wrap }
	wraps := func(k int) bool { return k < len(gs) && !gs[k].open }
	if i > 0 && joined(i) && gs[i-1].n() == 4 {
		return 0, true // in the middle of a run that was judged at its start
	}
	j := i + 1
	for wraps(j) && gs[j].n() == 4 {
		j++
	}
	n4 := j - i
	if n4 < 3 {
		return 0, false
	}
	tail := 0
	if (joined(j) || wraps(j) && gs[j].wrap && gs[j-1].wrap) && gs[j].n() < 4 {
		tail = gs[j].n()
	}
	switch {
	case n4 <= 4:
		if tail > 0 {
			if n := try(us, gs, i, j, hit); n > 0 {
				return n, true
			}
		}
		if n4 == 4 {
			if n := try(us, gs, i, j-1, hit); n > 0 {
				return n, true
			}
		}
		return 0, false
	case n4 == 5 && tail == 0:
		if expiry(us, gs[j-1]) && !account(us, gs, i) {
			if n := try(us, gs, i, j-2, hit); n > 0 {
				return n + 1, true
			}
		}
		if century(us, gs[i]) && !account(us, gs, i) {
			if n := try(us, gs, i+1, j-1, hit); n > 0 {
				return n + 1, true
			}
		}
		return n4, true
	case n4%4 == 0:
		for k := i; k < j; k += 4 {
			if !isCard(us, gs, k, k+3) {
				return n4, true
			}
		}
		for k := i; k < j; k += 4 {
			try(us, gs, k, k+3, hit)
		}
	}
	return n4, true
}

// expiry: MMYY or YYMM.
func expiry(us []unit, g group) bool {
	a := int(us[g.lo].cls.d)*10 + int(us[g.lo+1].cls.d)
	b := int(us[g.lo+2].cls.d)*10 + int(us[g.lo+3].cls.d)
	return a >= 1 && a <= 12 && b >= 15 && b <= 45 || b >= 1 && b <= 12 && a >= 15 && a <= 45
}

// century: a year before a card.
func century(us []unit, g group) bool {
	return us[g.lo].cls.d == 2 && us[g.lo+1].cls.d == 0 && us[g.lo+2].cls.d <= 4
}

// account: digits 6–8 of a Russian account are its currency.
func account(us []unit, gs []group, i int) bool {
	d := digitsOf(us[gs[i+1].lo:gs[i+1].hi])
	switch d[1:4] {
	case "810", "840", "978", "643", "980", "933", "398", "156", "826":
		return true
	}
	return false
}

// written: is this a way to write a card? Line wraps count as a border of
// groups or as nothing.
func written(gs []group, i, j int) bool {
	return shape(gs, i, j, true) || shape(gs, i, j, false)
}

func shape(gs []group, i, j int, wrapJoins bool) bool {
	var lens [20]int
	n := 0
	for k := i; k <= j; k++ {
		if k > i && gs[k].wrap && wrapJoins {
			lens[n-1] += gs[k].n()
			continue
		}
		if n == len(lens) {
			return false
		}
		lens[n] = gs[k].n()
		n++
	}
	total := 0
	for _, l := range lens[:n] {
		total += l
	}
	switch {
	case total < 13:
		return false
	case n == 1:
		return true
	case total < 15:
		return false
	case n == 2 && lens[0] == 6 && (lens[1] == 10 || lens[1] == 13), n == 3 && lens[0] == 4 && lens[1] == 6 && lens[2] == 5:
		return true
	case n <= 3:
		for _, l := range lens[:n] {
			if l%4 != 0 {
				return false
			}
		}
		return true
	}
	for k, l := range lens[:n] {
		last := k == n-1
		if l != lens[0] && !(last && l < lens[0]) {
			return false
		}
	}
	return lens[0] == 4 || lens[0] == 1 || lens[0] == 2 && lens[n-1] == 2
}

// listed: equal numbers one per line are a list, and so is a run that goes on
// with groups of the same length.
func listed(gs []group, i, j int) bool {
	size, in := gs[i].n(), gs[i+1]
	alike := func(g group) bool { return !g.open && g.wrap == in.wrap && g.gap == in.gap && g.sign == in.sign }
	if i > 0 && alike(gs[i]) && gs[i-1].n() == size {
		return true
	}
	return j+1 < len(gs) && alike(gs[j+1]) && gs[j+1].n() == size && gs[j].n() == size
}

func try(us []unit, gs []group, i, j int, hit func([]unit)) int {
	if !isCard(us, gs, i, j) {
		return 0
	}
	hit(digitUnits(us, gs, i, j))
	return j - i + 1
}

func isCard(us []unit, gs []group, i, j int) bool {
	var buf [20]byte
	n, real := 0, 0
	for k := i; k <= j; k++ {
		for _, u := range us[gs[k].lo:gs[k].hi] {
			if n == 19 {
				return false
			}
			buf[n] = '0' + u.cls.d
			n++
			if u.cls.k == digit {
				real++
			}
		}
	}
	if n < 13 || real < minReal || us[gs[i].lo].cls.k != digit && real < n-3 {
		return false
	}
	d := string(buf[:n])
	return CardFamily(d) != "" && Luhn(d)
}

func digitUnits(us []unit, gs []group, i, j int) []unit {
	out := make([]unit, 0, 19)
	for k := i; k <= j; k++ {
		out = append(out, us[gs[k].lo:gs[k].hi]...)
	}
	return out
}
