package main

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/sys/unix"

	"clientbase/internal/config"
	"clientbase/internal/demobank"
	"clientbase/internal/pipeline"
)

// mistyped makes one typing error in one word of four letters or more: a letter
// too many, missing, another, or two exchanged.
func mistyped(r *rand.Rand, name string) string {
	words := strings.Fields(name)
	var long []int
	for i, w := range words {
		if len([]rune(w)) >= 4 {
			long = append(long, i)
		}
	}
	if len(long) == 0 {
		return name
	}
	i := long[r.IntN(len(long))]
	w := []rune(words[i])
	k := r.IntN(len(w))
	other := []rune("абвгдежзиклмнопрстуфхчшя")[r.IntN(24)]
	if !unicode.Is(unicode.Cyrillic, w[k]) {
		other = rune('a' + r.IntN(26))
	}
	switch r.IntN(4) {
	case 0:
		w = slices.Insert(w, k, other)
	case 1:
		w = slices.Delete(w, k, k+1)
	case 2:
		w[k] = other
	default:
		k = min(k, len(w)-2)
		w[k], w[k+1] = w[k+1], w[k]
	}
	words[i] = string(w)
	return strings.Join(words, " ")
}

// inLatin writes a Cyrillic name as passports do, or as people do by ear.
func inLatin(r *rand.Rand, name string) string {
	passport := strings.NewReplacer("ж", "zh", "х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "ie", "ы", "y", "ь", "", "ю", "iu", "я", "ia", "й", "i", "ё", "e", "є", "ie", "ї", "i")
	byEar := strings.NewReplacer("ж", "zh", "х", "h", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "sch", "ъ", "", "ы", "y", "ь", "", "ю", "yu", "я", "ya", "й", "y", "ё", "yo", "є", "ye", "ї", "yi")
	plain := strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "ґ", "g", "д", "d", "е", "e", "з", "z", "и", "i", "і", "i", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p",
		"р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "э", "e")
	scheme := passport
	if r.IntN(2) == 0 {
		scheme = byEar
	}
	return plain.Replace(scheme.Replace(strings.ToLower(name)))
}

// ownTime is the processor time of this thread: on a busy machine the clock says
// how long others worked.
func ownTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// Who asks by a name with one typing error, or in another script, gets the
// client first; somebody of the same name and day of birth is as good, since
// nobody could tell them apart. CLIENTBASE_FIND_BANK=DIR measures a loaded
// project instead of a small bank.
func TestFindMeansTheRightClient(t *testing.T) {
	dir, many := os.Getenv("CLIENTBASE_FIND_BANK"), 1000
	if dir == "" {
		b := smallBank(t, demobank.Options{Records: 2000, FactsPerClient: 1, Seed: 17})
		b.does(0, "run")
		dir, many = b.dir, 150
	}
	c, faults, err := config.Load(dir)
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	p := (&app{}).pipelineProject(c)
	s, err := pipeline.Current(p)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ctx := context.Background()
	reader, err := s.Reader(ctx)
	if err != nil {
		t.Fatal(err)
	}
	type client struct{ id, name, shown, born string }
	var list []client
	rows, err := reader.Query(ctx, `SELECT client_id, surname || ' ' || given_name || coalesce(' ' || patronymic, ''), display_name, coalesce(strftime(birth_date, '%Y-%m-%d'), '')
		FROM clients WHERE party = 'person' AND surname IS NOT NULL AND given_name IS NOT NULL ORDER BY client_id LIMIT ?`, many)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var x client
		if err := rows.Scan(&x.id, &x.name, &x.shown, &x.born); err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	look, err := pipeline.NewLookup(ctx, p, s)
	if err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread() // so that its time is that of the lookup
	defer runtime.UnlockOSThread()
	r := rand.New(rand.NewPCG(1, 1))
	for _, kind := range []struct {
		name  string
		write func(string) string
		born  bool
	}{
		{"as it is", func(s string) string { return s }, false},
		{"one typing error", func(s string) string { return mistyped(r, s) }, false},
		{"another script", func(s string) string { return inLatin(r, s) }, false},
		{"one typing error, with the day of birth", func(s string) string { return mistyped(r, s) }, true},
		{"another script and one typing error, with the day of birth", func(s string) string { return mistyped(r, inLatin(r, s)) }, true},
	} {
		first, missed := 0, ""
		var took, work []time.Duration
		for _, x := range list {
			q := pipeline.Question{Name: kind.write(x.name)}
			if kind.born {
				q.Born = x.born
			}
			start, was := time.Now(), ownTime()
			found, err := look.Find(ctx, q, 10)
			if err != nil {
				t.Fatal(err)
			}
			took, work = append(took, time.Since(start)), append(work, ownTime()-was)
			if len(found) > 0 && (found[0].ClientID == x.id || found[0].Name == x.shown && (!kind.born || x.born == "" || found[0].Born == x.born)) {
				first++
			} else if missed == "" {
				missed = x.id
			}
		}
		slices.Sort(took)
		slices.Sort(work)
		share := float64(first) / float64(len(list))
		t.Logf("%s: %.1f %% of %d first, median %s, p99 %s; of processor time median %s, p99 %s", kind.name, 100*share, len(list), took[len(took)/2].Round(10*time.Microsecond), took[len(took)*99/100].Round(10*time.Microsecond), work[len(work)/2].Round(10*time.Microsecond), work[len(work)*99/100].Round(10*time.Microsecond))
		if share < 0.95 {
			t.Errorf("%s: only %.1f %% first, for example not client %s", kind.name, 100*share, missed)
		}
	}
}
