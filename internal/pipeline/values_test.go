package pipeline

import (
	"testing"
	"time"
)

func TestDaysAreReadByContract(t *testing.T) {
	for _, c := range []struct{ in, format, want string }{
		{"2026-01-31", "", "2026-01-31"}, {"31.01.2026", "", "2026-01-31"}, {"20260131", "", "2026-01-31"},
		{"930705", "yymmdd", "1993-07-05"}, {"931107 00:00:00", "yymmdd", "1993-11-07"}, {"01/02/2026", "dmy", "2026-02-01"},
		{"01/02/2026", "mdy", "2026-01-02"}, {"01/02/2026", "", "refused"}, {"30.02.2026", "", "refused"},
		{"31 января", "", "refused"}, {"", "", "refused"}, {"2026-13-01", "", "refused"},
	} {
		got := "refused"
		if d, ok := parseDay(c.in, c.format); ok {
			got = time.Unix(int64(d)*86400, 0).UTC().Format("2006-01-02")
		}
		if got != c.want {
			t.Errorf("%q as %q: %s, want %s", c.in, c.format, got, c.want)
		}
	}
}

func TestADayIsTheCalendarsOfTheZone(t *testing.T) {
	msk := time.FixedZone("MSK", 3*60*60)
	for _, c := range [][2]string{
		{"2026-02-10 00:00:00", "2026-02-10"}, {"2026-02-10 02:59:00", "2026-02-10"}, {"2026-02-10 23:59:00", "2026-02-10"},
		{"2026-02-09T21:30:00Z", "2026-02-10"}, {"1969-12-31 23:00:00", "1969-12-31"},
	} {
		m, ok := parseMoment(c[0], "", msk)
		if got := day(dayIn(m, msk)); !ok || got != c[1] {
			t.Errorf("%s: %s, want %s", c[0], got, c[1])
		}
	}
}

func TestMomentsKnowTheirZone(t *testing.T) {
	msk, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Skip("SKIP: no time zone database on this machine")
	}
	for _, c := range []struct{ in, want string }{
		{"2026-01-31 10:00:00", "2026-01-31T07:00:00Z"}, {"2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"},
		{"2026-01-31T10:00:00.5+02:00", "2026-01-31T08:00:00Z"}, {"31.01.2026 10:00", "2026-01-31T07:00:00Z"},
		{"260131100000", "2026-01-31T07:00:00Z"},
	} {
		got, ok := parseMoment(c.in, "", msk)
		if !ok || got.Format(time.RFC3339) != c.want {
			t.Errorf("%q: %v %v, want %s", c.in, got, ok, c.want)
		}
	}
}
