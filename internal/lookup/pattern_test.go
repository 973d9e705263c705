package lookup

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// The distance by bits is the one by its definition, for words of any alphabet
// and length, also those longer than a number has bits.
func TestPatternDistance(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	alphabets := [][]rune{[]rune("ab"), []rune("abcdefgh"), []rune("аbвгd€")}
	for i := range 4000 {
		letters := alphabets[i%len(alphabets)]
		word := func(most int) string {
			var b strings.Builder
			for range r.IntN(most + 1) {
				b.WriteRune(letters[r.IntN(len(letters))])
			}
			return b.String()
		}
		most := []int{3, 8, 12, 70}[i%4]
		a := word(most)
		p := NewPattern(a)
		for range 4 {
			b, far := word(most), r.IntN(5)
			if x := []rune(a); r.IntN(2) == 0 && len(x) > 1 { // near it
				k := r.IntN(len(x) - 1)
				x[k], x[k+1] = x[k+1], x[k]
				b = string(x)
			}
			want := min(plainDistance([]rune(a), []rune(b)), far+1)
			if got := p.Distance(b, far); got != want {
				t.Fatalf("%q to %q up to %d: %d, want %d", a, b, far, got, want)
			}
			if got := Distance(a, b, far); got != want {
				t.Fatalf("%q to %q up to %d: %d by rows, want %d", a, b, far, got, want)
			}
		}
	}
}

func BenchmarkPattern(b *testing.B) {
	p := NewPattern("kovaliof")
	for b.Loop() {
		p.Distance("kavoliofa", 2)
	}
}
