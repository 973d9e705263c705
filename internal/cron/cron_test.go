package cron

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	robfig "github.com/robfig/cron/v3"
	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func must(t testing.TB, expr, name string) Spec {
	t.Helper()
	s, err := Parse(expr, zone(t, name))
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return s
}

const layout = "2006-01-02 15:04 -07:00"

// The clocks of Kyiv go from 03:00 to 04:00 on 29 March 2026 and from 04:00
// back to 03:00 on 25 October 2026.
func TestClocksChange(t *testing.T) {
	for _, c := range []struct{ expr, zone, after, want string }{
		{"30 3 * * *", "Europe/Kyiv", "2026-03-28 03:30 +02:00", "2026-03-29 04:00 +03:00, 2026-03-30 03:30 +03:00"},         // skipped: at the change
		{"0,30 3,4 * * *", "Europe/Kyiv", "2026-03-28 04:30 +02:00", "2026-03-29 04:00 +03:00, 2026-03-29 04:30 +03:00"},     // once, not three times
		{"*/20 3 * * *", "Europe/Kyiv", "2026-03-29 02:59 +02:00", "2026-03-29 04:00 +03:00, 2026-03-30 03:00 +03:00"},       //
		{"30 3 * * *", "Europe/Kyiv", "2026-10-24 03:30 +03:00", "2026-10-25 03:30 +03:00, 2026-10-26 03:30 +02:00"},         // twice: the first time
		{"30 3 * * *", "Europe/Kyiv", "2026-10-25 03:29 +02:00", "2026-10-26 03:30 +02:00, 2026-10-27 03:30 +02:00"},         // asked in the second hour
		{"15 * * * *", "Europe/Kyiv", "2026-03-29 01:20 +02:00", "2026-03-29 02:15 +02:00, 2026-03-29 04:15 +03:00"},         // an hour later in truth
		{"15 * * * *", "Europe/Kyiv", "2026-10-25 03:15 +03:00", "2026-10-25 03:15 +02:00, 2026-10-25 04:15 +02:00"},         // every real hour
		{"@daily", "Asia/Beirut", "2026-03-28 00:00 +02:00", "2026-03-29 01:00 +03:00, 2026-03-30 00:00 +03:00"},             // midnight is skipped
		{"0 * * * 0", "Asia/Beirut", "2026-03-28 12:00 +02:00", "2026-03-29 01:00 +03:00, 2026-03-29 02:00 +03:00"},          //
		{"15 2 * * *", "Australia/Lord_Howe", "2026-10-03 12:00 +10:30", "2026-10-04 02:30 +11:00, 2026-10-05 02:15 +11:00"}, // half an hour
		{"0 3 * * *", "Europe/Moscow", "2026-03-28 03:00 +03:00", "2026-03-29 03:00 +03:00, 2026-03-30 03:00 +03:00"},        // no change
		{"0 12 30 12 *", "Pacific/Apia", "2011-12-29 12:00 -10:00", "2011-12-31 00:00 +14:00, 2012-12-30 12:00 +14:00"},      // a day that was left out
	} {
		after, err := time.Parse(layout, c.after)
		if err != nil {
			t.Fatal(err)
		}
		s := must(t, c.expr, c.zone)
		one := s.Next(after)
		if got := one.Format(layout) + ", " + s.Next(one).Format(layout); got != c.want {
			t.Errorf("%s in %s after %s:\n got %s\nwant %s", c.expr, c.zone, c.after, got, c.want)
		}
	}
}

// Against an oracle that walks through every minute of some days around a
// change: each local time once (or each real minute when the hour is *).
func TestNextAgainstEveryMinute(t *testing.T) {
	zones := []string{"Europe/Kyiv", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "UTC"}
	days := []string{"2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-04-05", "2026-10-04"}
	part := func(hi int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			switch rapid.IntRange(0, 3).Draw(t, "form") {
			case 0:
				return "*"
			case 1:
				return fmt.Sprintf("*/%d", rapid.IntRange(2, hi).Draw(t, "step"))
			case 2:
				a, b := rapid.IntRange(0, hi).Draw(t, "a"), rapid.IntRange(0, hi).Draw(t, "b")
				return fmt.Sprintf("%d-%d", min(a, b), max(a, b))
			}
			return fmt.Sprintf("%d,%d", rapid.IntRange(0, hi).Draw(t, "a"), rapid.IntRange(0, min(hi, 4)).Draw(t, "b"))
		})
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(zones).Draw(rt, "zone")
		z := zone(t, name)
		start, err := time.ParseInLocation(time.DateOnly, rapid.SampledFrom(days).Draw(rt, "day"), z)
		if err != nil {
			rt.Fatal(err)
		}
		start = start.Add(-26 * time.Hour)
		end := start.Add(76 * time.Hour)
		expr := part(59).Draw(rt, "minute") + " " + part(23).Draw(rt, "hour") + " * * " + rapid.SampledFrom([]string{"*", "0", "1-5"}).Draw(rt, "dow")
		s := must(t, expr, name)
		times, left := s.Between(start, end, 10_000)
		if left != 0 {
			rt.Fatalf("%d left out", left)
		}
		want := byMinute(rt, expr, z, start, end)
		if len(times) != len(want) {
			rt.Fatalf("%s in %s from %s: %d times, every minute gives %d", expr, name, start, len(times), len(want))
		}
		for i := range want {
			if !times[i].Equal(want[i]) {
				rt.Fatalf("%s in %s: time %d is %s, want %s", expr, name, i, times[i], want[i])
			}
		}
	})
}

// byMinute is the definition, without any of the package's code: it tells for
// each real minute which local minutes come with it.
func byMinute(t *rapid.T, expr string, z *time.Location, start, end time.Time) []time.Time {
	sched, err := robfig.ParseStandard("TZ=UTC " + expr)
	if err != nil {
		t.Fatal(err)
	}
	matches := func(local time.Time) bool { return sched.Next(local.Add(-time.Second)).Equal(local) }
	wall := func(at time.Time) time.Time {
		at = at.In(z)
		return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC)
	}
	anyHour := strings.Fields(expr)[1] == "*"
	var out []time.Time
	seen := wall(start) // local times up to here have come
	for at := start.Add(time.Minute); !at.After(end); at = at.Add(time.Minute) {
		now := wall(at)
		comes := false
		if anyHour {
			comes = matches(now)
		} else {
			for l := seen.Add(time.Minute); !l.After(now); l = l.Add(time.Minute) {
				comes = comes || matches(l)
			}
		}
		if now.After(seen) {
			seen = now
		}
		if comes {
			out = append(out, at)
		}
	}
	return out
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ expr, msg, hint string }{
		{"", "empty", "five fields"},
		{"0 0 3 * * *", "five fields, found 6", `"0 3 * * *"`},
		{"0 3 * *", "five fields, found 4", "every day at three"},
		{"60 3 * * *", "unknown minute 60", "0 to 59"},
		{"0 24 * * *", "unknown hour 24", "midnight is 0"},
		{"0 3 0 * *", "unknown day of month 0", "1 to 31"},
		{"0 3 * 13 *", "unknown month 13", "JAN to DEC"},
		{"0 3 * * MONDAY", "unknown day of week MONDAY", "did you mean MON?"},
		{"0 3 * Sept *", "unknown month Sept", "did you mean SEP?"},
		{"0 3 * * 7", "unknown day of week 7", "Sunday is 0"},
		{"0 3 * * пн", "unknown day of week пн", "SUN to SAT"},
		{"0 3 L * *", "unknown day of month L", "28-31"},
		{"0 3 * * 5#2", "unknown day of week 5#2", "name the days"},
		{"0 22-4 * * *", "unknown hour 22-4", "22-23,0-4"},
		{"*/0 3 * * *", "unknown minute */0", "a step"},
		{"1,,2 3 * * *", "unknown minute (nothing)", "0 to 59"},
		{"-5 3 * * *", "unknown minute (nothing)", "0 to 59"},
		{"0 3 1-2-3 * *", "unknown day of month 2-3", "1 to 31"},
		{"0 3 30 2 *", "never comes", "day of month"},
		{"@every 1h", "@every", "*/30"},
		{"@nightly", "unknown word @nightly", "@daily"},
		{"TZ=Europe/Kyiv 0 3 * * *", "zone", "zone:"},
		{"0 3 * * " + strings.Repeat("x", 100), "unknown day of week xxxxxxxxxxxxxxxxxxxx…", ""},
	} {
		_, err := Parse(c.expr, nil)
		f, ok := err.(*Fault)
		if !ok {
			t.Errorf("%q is taken: %v", c.expr, err)
			continue
		}
		if !strings.Contains(f.Msg, c.msg) || !strings.Contains(f.Hint, c.hint) || f.Hint == "" {
			t.Errorf("%q: %q, try %q", c.expr, f.Msg, f.Hint)
		}
	}
	for _, good := range []string{"0 3 * * *", " 0  3 * * * ", "*/15 8-20 * * mon-FRI", "5/10 * ? JAN,jul *", "@daily", "@hourly", "0 3 29 2 *"} {
		if _, err := Parse(good, nil); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// What passes the check passes the parser, and comes some day.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"0 3 * * *", "*/7 1,2-5/2 ? JAN-mar 0", "@weekly", "1- 3 * * *", "+1 3 * * *", "0/60 * * * *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		s, err := Parse(expr, nil)
		if err != nil {
			if fault, ok := err.(*Fault); !ok || fault.Msg == "" || fault.Msg == "this is not a schedule" {
				t.Errorf("%q: %v", expr, err)
			}
			return
		}
		if s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() && !strings.Contains(expr, "29") {
			t.Errorf("%q never comes", expr)
		}
	})
}

func TestBetween(t *testing.T) {
	s := must(t, "0 3 * * *", "Europe/Moscow")
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) // three o'clock in Moscow
	times, left := s.Between(from, from.AddDate(0, 0, 5), 3)
	if len(times) != 3 || left != 2 || !times[2].Equal(from.AddDate(0, 0, 5)) {
		t.Errorf("%v, %d left out", times, left)
	}
	if got := (Spec{}).Next(from); !got.IsZero() {
		t.Errorf("the zero expression comes at %s", got)
	}
}
