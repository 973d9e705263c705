package pipeline

import "testing"

// A name of two words fits twice, though both fit for one reason; digits that fit
// a phone and an account fit once.
func TestFits(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  int
	}{
		{[]string{"word Зимин", "word Борис"}, 2},
		{[]string{"number", "account"}, 1},
		{[]string{"word Зимин", "number"}, 2},
		{[]string{"key"}, 1},
	} {
		parts := map[string]int{}
		for _, p := range c.parts {
			parts[p] = 1
		}
		if got := fits(parts); got != c.want {
			t.Errorf("%q fit %d times, want %d", c.parts, got, c.want)
		}
	}
}
