package demobank

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func lines(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		out = append(out, sc.Text())
	}
	return out
}

func firstCells(rows []string, sep string) map[string]string {
	out := map[string]string{}
	for _, r := range rows {
		k, rest, _ := strings.Cut(r, sep)
		out[k] = rest
	}
	return out
}

func TestDeltaHoldsOnlyWhatChanged(t *testing.T) {
	opt := Options{Records: 4000, Seed: 3}
	dir, _ := small(t, opt)
	before := firstCells(lines(t, filepath.Join(dir, "in/core/clients_uk_2026-09-30.csv")), ",")
	known := len(lines(t, filepath.Join(dir, "truth/records.csv")))
	var news int
	for day := 1; day <= 2; day++ {
		s, err := Delta(context.Background(), dir, opt, DeltaOptions{Records: 100, Day: day})
		if err != nil {
			t.Fatal(err)
		}
		if s.Rows < 60 || s.Rows > 140 || s.Rows != s.New+s.Changed {
			t.Errorf("day %d: %+v, about 100 rows were asked for", day, s)
		}
		after := firstCells(lines(t, filepath.Join(dir, s.File)), ",")
		delete(after, "KOD")
		found := 0
		for k, row := range after {
			if was, ok := before[k]; ok {
				found++
				if was == row {
					t.Errorf("day %d: a row has not changed", day)
				}
			}
			before[k] = row
		}
		if found != s.Changed {
			t.Errorf("day %d: %d known keys, %d said", day, found, s.Changed)
		}
		news += s.New
	}
	if now := len(lines(t, filepath.Join(dir, "truth/records.csv"))); now != known+news {
		t.Errorf("%d truth rows, want %d", now, known+news)
	}
}

func TestFullDeliveryHasEverybodyButThoseWhoLeft(t *testing.T) {
	opt := Options{Records: 4000, Seed: 3}
	dir, _ := small(t, opt)
	s, err := Delta(context.Background(), dir, opt, DeltaOptions{Records: 300, Day: 1, Full: true})
	if err != nil {
		t.Fatal(err)
	}
	before := firstCells(lines(t, filepath.Join(dir, "in/core/clients_2026-09-30.csv")), ";")
	after := firstCells(lines(t, filepath.Join(dir, s.File)), ";")
	missing, same := 0, 0
	for k, row := range before {
		now, ok := after[k]
		switch {
		case k == "T" || k == `"CLIENT_ID"` || len(k) != 11: // the trailer, the head, clients of the staff
		case !ok:
			missing++
		case now == row:
			same++
		}
	}
	if missing != s.Gone {
		t.Errorf("%d are gone, %d said", missing, s.Gone)
	}
	if want := s.Rows - s.Changed - s.New; same != want {
		t.Errorf("%d rows are as before, want %d", same, want)
	}
	if _, err := Delta(context.Background(), dir, opt, DeltaOptions{Records: 300, Day: 1, Full: true}); err == nil {
		t.Error("a delivery was overwritten")
	}
}
