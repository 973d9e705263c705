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
		h := hit{parts: map[string]float64{}}
		for _, p := range c.parts {
			h.parts[p] = 1
		}
		if got := h.fits(); got != c.want {
			t.Errorf("%q fit %d times, want %d", c.parts, got, c.want)
		}
	}
}
