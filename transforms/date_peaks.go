package transforms

// Days that a clerk or a program writes for "not known" need not be on any
// list. In a column of birth dates they show as peaks: single days with many
// times the people of the days around them.

// dayCounts counts the days of one column, read without regard to its order:
// cells that only the column could read are left out.
type dayCounts map[int32]int64

const (
	peakCells  = 20      // fewer people on a day are chance
	peakDays   = 40      // fewer days show no shape
	peakTimes  = 5       // how many times the expected share a placeholder has
	peakWindow = 3 * 365 // days to both sides that tell what to expect
)

func (n dayCounts) count(text string) {
	if day, ok := plainDay(text); ok {
		n[day]++
	}
}

// plainDay reads a cell that can be read in one way, or is written with dots.
func plainDay(text string) (int32, bool) {
	if isISO(text) && allDigits(text[:4]) && allDigits(text[5:7]) && allDigits(text[8:]) {
		return dayOf(atoi(text[:4]), atoi(text[5:7]), atoi(text[8:]))
	}
	t := parseDate(text)
	switch {
	case t.status != 0 || t.serial || t.short:
		return 0, false
	case t.fixed:
		return dayOf(t.y, t.m, t.d)
	case t.may == orderDMY, t.may == orderDMY|orderMDY && (t.sep == '.' || t.same()):
		return dayOf(t.part[2], t.part[1], t.part[0])
	case t.may == orderMDY:
		return dayOf(t.part[2], t.part[0], t.part[1])
	}
	return 0, false
}

// peaks gives the days whose share is at least peakTimes the expected one. That
// is the mean of the days around, or of the same day of other years where that
// is more: the first of January is a birthday that many are given.
func (n dayCounts) peaks() map[int32]bool {
	if len(n) < peakDays {
		return nil
	}
	var sums []int64 // running sums by day, from lo
	lo, hi := int32(1<<30), int32(-1<<30)
	sameDay := map[int]int64{}
	var high []int32
	for day, k := range n {
		y, m, d := dateOf(day)
		if y < 1900 || y > 2099 {
			continue
		}
		lo, hi = min(lo, day), max(hi, day)
		sameDay[m*100+d] += k
		if k >= peakCells {
			high = append(high, day)
		}
	}
	if len(high) == 0 || hi-lo < 365 {
		return nil
	}
	sums = make([]int64, hi-lo+2)
	for day, k := range n {
		if day >= lo && day <= hi {
			sums[day-lo+1] = k
		}
	}
	for i := 1; i < len(sums); i++ {
		sums[i] += sums[i-1]
	}
	years := int64(yearOf(hi) - yearOf(lo))
	var out map[int32]bool
	for _, day := range high {
		k := n[day]
		a, b := max(lo, day-peakWindow), min(hi, day+peakWindow)
		around := (sums[b-lo+1] - sums[a-lo] - k) * peakTimes
		_, m, d := dateOf(day)
		others := (sameDay[m*100+d] - k) * peakTimes
		if k*int64(b-a) >= around && k*max(years, 1) >= others {
			if out == nil {
				out = map[int32]bool{}
			}
			out[day] = true
		}
	}
	return out
}
