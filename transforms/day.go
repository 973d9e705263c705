package transforms

// A day is a count of days since 1970-01-01 of the Gregorian calendar.

// dayOf gives the day of a date; false when there is no such date.
func dayOf(y, m, d int) (int32, bool) {
	if m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, false
	}
	// Days from civil, after H. Hinnant: years begin in March.
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return int32(era*146097 + doe - 719468), true
}

// dateOf is the inverse of dayOf.
func dateOf(day int32) (y, m, d int) {
	z := int(day) + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = (mp+2)%12 + 1
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func monthDays(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && y%100 != 0 || y%400 == 0 {
			return 29
		}
		return 28
	}
	return 31
}

func yearOf(day int32) int {
	y, _, _ := dateOf(day)
	return y
}

// ageAt is the full years between two days.
func ageAt(born, day int32) int {
	y0, m0, d0 := dateOf(born)
	y1, m1, d1 := dateOf(day)
	age := y1 - y0
	if m1 < m0 || m1 == m0 && d1 < d0 {
		age--
	}
	return age
}

// appendISO appends YYYY-MM-DD; years stand in four digits.
func appendISO(dst []byte, day int32) []byte {
	y, m, d := dateOf(day)
	return appendDate(dst, y, m, d)
}

func appendDate(dst []byte, y, m, d int) []byte {
	return append(dst, byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))
}
