package transforms

import "testing"

func TestNationalPhone(t *testing.T) {
	for in, want := range map[string]string{"+79161234567": "8 (916) 123-45-67", "+380671234567": "067 123 4567", "+420601123456": "601 123 456",
		"79161234567": "79161234567", "": "", "+7916": "+7916"} {
		if got := NationalPhone(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
