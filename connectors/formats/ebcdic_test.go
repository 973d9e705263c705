package formats

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func TestCodePage037AgreesWithCharmap(t *testing.T) {
	for i := 0; i < 256; i++ {
		if got, want := CP037.Rune(byte(i)), charmap.CodePage037.DecodeByte(byte(i)); got != want {
			t.Errorf("byte %#02x: %U, charmap has %U", i, got, want)
		}
	}
}

func TestCodePage500DiffersInSevenPlaces(t *testing.T) {
	want := map[byte]rune{0x4A: '[', 0x4F: '!', 0x5A: ']', 0x5F: '^', 0xB0: '¢', 0xBA: '¬', 0xBB: '|'}
	seen := map[rune]bool{}
	for i := 0; i < 256; i++ {
		b := byte(i)
		if w, ok := want[b]; ok {
			if CP500.Rune(b) != w {
				t.Errorf("byte %#02x: %q, want %q", b, CP500.Rune(b), w)
			}
		} else if CP500.Rune(b) != CP037.Rune(b) {
			t.Errorf("byte %#02x differs from cp037", b)
		}
		if seen[CP500.Rune(b)] {
			t.Errorf("%U stands twice", CP500.Rune(b))
		}
		seen[CP500.Rune(b)] = true
	}
}

func TestCodePageText(t *testing.T) {
	// "CAFÉ 12*\" in EBCDIC; É is 0x71.
	b := []byte{0xC3, 0xC1, 0xC6, 0x71, 0x40, 0xF1, 0xF2, 0x5C, 0xE0}
	if got := CP500.Text(b); got != `CAFÉ 12*\` {
		t.Errorf("got %q", got)
	}
	if n, ok := CP500.Number([]byte{0xF0, 0xF4, 0xF2}); !ok || n != 42 {
		t.Errorf("number %d %v", n, ok)
	}
	if _, ok := ASCII.Number([]byte{'4', 'x'}); ok {
		t.Error("a letter was read as a digit")
	}
}
