package schemas

import (
	"testing"
	"time"
)

func TestKeep(t *testing.T) {
	day := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{"5y": "2031-03-31", "18m": "2027-10-01", "90d": "2026-06-29", "1y6m": "2027-10-01"} {
		k, ok := ParseKeep(text)
		if !ok || k.String() != text || k.After(day).Format(time.DateOnly) != want {
			t.Errorf("%s: %v %s", text, ok, k.After(day).Format(time.DateOnly))
		}
	}
	for _, text := range []string{"", "5", "0y", "y", "5 y", "-5y", "5d1y"} {
		if k, ok := ParseKeep(text); ok {
			t.Errorf("%q is read as %v", text, k)
		}
	}
}
