package lookup

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// world is what an index should know: the terms of every client.
type world map[uint32]map[string]bool

func (w world) bearers(kind, term string) []uint32 {
	var out []uint32
	for no, terms := range w {
		if terms[kind+"\x00"+term] {
			out = append(out, no)
		}
	}
	slices.Sort(out)
	return out
}

var letters = []string{"a", "b", "c", "d"}

func randomWord(r *rand.Rand) string {
	s := ""
	for range 1 + r.IntN(6) {
		s += letters[r.IntN(len(letters))]
	}
	return s
}

// card is some text about a client that changes with its terms; now and then
// there is none in it.
func (w world) card(no uint32) []byte {
	if no%17 == 0 {
		return nil
	}
	return fmt.Appendf(nil, "%d: %d terms", no, len(w[no]))
}

// write writes the terms of some clients as one layer.
func (w world) write(t *testing.T, path string, clients []uint32, voids []uint32, limit int) {
	t.Helper()
	b := NewBuilder(t.TempDir())
	b.limit, b.pile = limit, limit
	b.Void(voids)
	for _, no := range clients {
		if len(w[no]) > 0 {
			must(t, b.Card(no, w.card(no)))
		}
		for term := range w[no] {
			kind, text, _ := bytes.Cut([]byte(term), []byte{0})
			must(t, b.Add(string(kind), string(text), no))
			if string(kind) == "word" {
				b.Word("word", string(text))
			}
		}
	}
	must(t, b.Write(path))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A base and layers of changes, merged or not, spilled or not, answer as a plain
// map of the last state does.
func TestLayersAnswerAsAMap(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		w := world{}
		change := func(no uint32) {
			w[no] = map[string]bool{}
			for range r.IntN(5) {
				w[no]["word\x00"+randomWord(r)] = true
			}
			for range r.IntN(3) {
				w[no][fmt.Sprintf("token\x00%d", r.IntN(200))] = true
			}
		}
		limit := []int{150, 1 << 20}[seed%2]
		var all []uint32
		for no := range uint32(200) {
			change(no)
			all = append(all, no)
		}
		paths := []string{filepath.Join(dir, "0")}
		w.write(t, paths[0], all, nil, limit)
		for i := range 4 {
			var touched []uint32
			for range r.IntN(40) {
				no := r.Uint32N(230)
				if !slices.Contains(touched, no) {
					change(no)
					touched = append(touched, no)
				}
			}
			paths = append(paths, filepath.Join(dir, fmt.Sprint(i+1)))
			w.write(t, paths[i+1], touched, touched, limit)
		}
		check := func(paths []string) {
			x, err := Open(paths)
			must(t, err)
			defer func() { must(t, x.Close()) }()
			for i := range 400 {
				kind, term := "word", randomWord(r)
				if i%2 == 0 {
					kind, term = "token", fmt.Sprint(i/2)
				}
				got, err := x.Postings(kind, term, nil)
				must(t, err)
				if want := w.bearers(kind, term); !slices.Equal(got, want) {
					t.Fatalf("seed %d, %d layers: %s %s has %v, want %v", seed, len(paths), kind, term, got, want)
				}
			}
			for no := range uint32(240) {
				got, ok, err := x.Card(no, []byte("before "))
				must(t, err)
				if want := "before " + string(w.card(no)); ok != (len(w[no]) > 0) || ok && string(got) != want {
					t.Fatalf("seed %d, %d layers: client %d has the card %q, %v, want %q", seed, len(paths), no, got, ok, want)
				}
			}
			term := randomWord(r)
			near, err := x.Near("word", term, 2)
			must(t, err)
			found := map[string]int{}
			for _, n := range near {
				found[n.Text] = n.Far
			}
			for _, terms := range w {
				for text := range terms {
					if kind, s, _ := bytes.Cut([]byte(text), []byte{0}); string(kind) == "word" {
						far, ok := found[string(s)]
						if want := plainDistance([]rune(term), []rune(string(s))); (want <= 2) != ok || ok && far != want {
							t.Fatalf("seed %d: %s to %s is %d edits, found %v with %d", seed, term, s, want, ok, far)
						}
					}
				}
			}
		}
		check(paths)
		tail, whole := filepath.Join(dir, "tail"), filepath.Join(dir, "whole")
		must(t, Merge(tail, paths[2:], false))
		check([]string{paths[0], paths[1], tail})
		must(t, Merge(whole, paths, true))
		check([]string{whole})
		// the merged file is the one that is built from the last state at once
		var living []uint32
		for no := range w {
			living = append(living, no)
		}
		w.write(t, filepath.Join(dir, "anew"), living, nil, limit)
		a, err := os.ReadFile(whole)
		must(t, err)
		b, err := os.ReadFile(filepath.Join(dir, "anew"))
		must(t, err)
		if !bytes.Equal(a, b) {
			t.Fatalf("seed %d: merged and built anew differ", seed)
		}
	}
}

// plainDistance is optimal string alignment by its definition.
func plainDistance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

// A cut or edited file is an error with a way out, never a wrong answer or a panic.
func TestBrokenFiles(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	w := world{1: {"word\x00anna": true, "token\x001": true}, 2: {"word\x00anna": true}, 3: {"word\x00bert": true}}
	w.write(t, good, []uint32{1, 2, 3}, []uint32{9}, 100)
	raw, err := os.ReadFile(good)
	must(t, err)
	for n := range len(raw) {
		bad := filepath.Join(dir, "bad")
		must(t, os.WriteFile(bad, raw[:n], 0o600))
		if x, err := Open([]string{bad}); err == nil {
			_ = x.Close()
			t.Fatalf("a file cut at %d of %d opens", n, len(raw))
		}
		flipped := slices.Clone(raw)
		flipped[n] ^= 0xff
		must(t, os.WriteFile(bad, flipped, 0o600))
		x, err := Open([]string{bad})
		if err != nil {
			continue
		}
		_, _ = x.Postings("word", "anna", nil) // an error or another answer; the manifest's sum says which file
		_, _ = x.Near("word", "anna", 1)
		for no := range uint32(4) {
			_, _, _ = x.Card(no, nil)
		}
		must(t, x.Close())
	}
	if _, err := Open([]string{filepath.Join(dir, "none")}); err == nil {
		t.Error("a missing file opens")
	}
}

func BenchmarkNear(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	bld := NewBuilder(b.TempDir())
	for range 300_000 {
		s := ""
		for range 5 + r.IntN(6) {
			s += string(rune('a' + r.IntN(20)))
		}
		bld.Word("name", s)
	}
	path := filepath.Join(b.TempDir(), "x")
	if err := bld.Write(path); err != nil {
		b.Fatal(err)
	}
	x, err := Open([]string{path})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	if _, err := x.Near("name", "a", 1); err != nil { // the words are read once
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := x.Near("name", "kovaliof", 2); err != nil {
			b.Fatal(err)
		}
	}
}
