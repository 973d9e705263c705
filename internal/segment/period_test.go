package segment

import (
	"testing"
	"time"
)

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ period, day, first, after string }{
		{"3 months", "2024-05-31", "2024-03-01", "2024-08-31"},
		{"1 month", "2024-03-31", "2024-03-01", "2024-04-30"},
		{"1 month", "2023-03-30", "2023-03-01", "2023-04-30"},
		{"31 days", "2024-05-31", "2024-05-01", "2024-07-01"},
		{"1 year", "2024-02-29", "2023-03-01", "2025-02-28"},
		{"12m", "2025-02-28", "2024-02-29", "2026-02-28"},
		{"2 weeks", "2024-01-07", "2023-12-25", "2024-01-21"},
		{"1d", "2024-01-01", "2024-01-01", "2024-01-02"},
		{"14 months", "2024-01-31", "2022-12-01", "2025-03-31"},
	} {
		p, ok := ParsePeriod(c.period)
		d, _ := ParseDay(c.day)
		if got := p.First(d).String(); !ok || got != c.first {
			t.Errorf("%s up to %s begin on %s, want %s", c.period, c.day, got, c.first)
		}
		if got := p.After(d).String(); got != c.after {
			t.Errorf("%s after %s is %s, want %s", c.period, c.day, got, c.after)
		}
	}
	for _, s := range []string{"", "months", "3", "0 days", "-1 day", "3 monts", "1.5 years", "99999999999 days", "4000 years"} {
		if p, ok := ParsePeriod(s); ok {
			t.Errorf("%q is read as %v", s, p)
		}
	}
}

// A day begins at its first instant, also where clocks skip midnight or a
// whole day.
func TestDayBegins(t *testing.T) {
	for _, name := range edgeZones {
		zone, err := time.LoadLocation(name)
		check(t, err)
		for y := 2011; y <= 2024; y++ {
			for d, last := DayOf(time.Date(y, 1, 1, 12, 0, 0, 0, time.UTC)), DayOf(time.Date(y, 12, 31, 12, 0, 0, 0, time.UTC)); d <= last; d++ {
				start := d.Start(zone)
				if before := DayOf(start.Add(-time.Nanosecond).In(zone)); before >= d {
					t.Errorf("%s: %s begins before %s", name, d, start)
				}
				if on := DayOf(start.In(zone)); on < d {
					t.Errorf("%s: %s does not begin at %s", name, d, start)
				}
			}
		}
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, on string
		want     int
	}{{"2000-02-29", "2023-02-28", 22}, {"2000-02-29", "2023-03-01", 23}, {"2000-02-29", "2024-02-29", 24}, {"2000-03-01", "2024-02-29", 23}, {"2000-05-31", "2024-05-31", 24}, {"2030-01-01", "2024-01-01", -6}} {
		born, _ := ParseDay(c.born)
		on, _ := ParseDay(c.on)
		if got := Age(born, on); got != c.want {
			t.Errorf("born %s on %s: %d, want %d", c.born, c.on, got, c.want)
		}
	}
}
