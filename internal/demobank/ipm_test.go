package demobank

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// deblock takes the two filler bytes off every block of 1014.
func deblock(t *testing.T, b []byte) []byte {
	t.Helper()
	if len(b)%1014 != 0 {
		t.Fatalf("%d bytes are no whole blocks", len(b))
	}
	var out []byte
	for ; len(b) > 0; b = b[1014:] {
		if b[1012] != 0x40 || b[1013] != 0x40 {
			t.Fatal("a block does not end in its filler")
		}
		out = append(out, b[:1012]...)
	}
	return out
}

func ascii(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		i := bytes.IndexByte(ebcdic[:], c)
		if i < 0 {
			i = '?'
		}
		out.WriteByte(byte(i))
	}
	return out.String()
}

func TestClearingFileIsFramedAndCounted(t *testing.T) {
	dir, s := small(t, Options{Records: 3000, Seed: 4})
	files, err := filepath.Glob(filepath.Join(dir, "in/cards/clearing_*.ipm"))
	if err != nil || len(files) != clearingDays {
		t.Fatalf("%d files, %v", len(files), err)
	}
	presentments := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b = deblock(t, b)
		var kinds []string
		last := ""
		for {
			n := binary.BigEndian.Uint32(b)
			if n == 0 {
				b = b[4:]
				break
			}
			m := b[4 : 4+n]
			kinds = append(kinds, ascii(m[:4]))
			last = ascii(m[20:])
			b = b[4+n:]
		}
		if len(bytes.Trim(b, "\x40")) != 0 {
			t.Error("something stands after the end")
		}
		if kinds[0] != "1644" || kinds[len(kinds)-1] != "1644" {
			t.Error("no header or no trailer")
		}
		for _, k := range kinds[1 : len(kinds)-1] {
			if k != "1240" {
				t.Errorf("message type %s", k)
			}
		}
		presentments += len(kinds) - 2
		_, count, ok := strings.Cut(last, "0306008")
		if n, err := strconv.Atoi(count[:8]); !ok || err != nil || n != len(kinds) {
			t.Errorf("the trailer counts %d messages, the file has %d", n, len(kinds))
		}
	}
	if presentments != s.Streams["cards/clearing"] {
		t.Errorf("%d presentments, the summary says %d", presentments, s.Streams["cards/clearing"])
	}
}
