package transforms

// plain reads the commonest form of a date at once: 01.04.1980, 01/04/1980 or
// 01-04-1980.
func (t *dateText) plain(s string) bool {
	if len(s) != 10 || s[2] != s[5] || s[2] != '.' && s[2] != '/' && s[2] != '-' || !allDigits(s[:2]) || !allDigits(s[3:5]) || !allDigits(s[6:]) {
		return false
	}
	t.part, t.width, t.sep = [3]int{atoi(s[:2]), atoi(s[3:5]), atoi(s[6:])}, [3]int{2, 2, 4}, s[2]
	t.orders()
	return true
}
