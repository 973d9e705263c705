package formats

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"clientbase/internal/scan"
)

// decider settles the charset of a text file at its first byte above 0x7F,
// with what can be seen from there, and keeps the proof.
type decider struct {
	declared scan.Charset // "" = not declared
	cs       scan.Charset // what the text is read as
	settled  bool
	doubt    bool // the text does not read as one: its values are looked at closely
	notes    []string
}

// sampleSize is how much is looked at from the first non-ASCII byte on.
const sampleSize = 128 << 10

// doubtSize of it is enough to see whether the text reads as one.
const doubtSize = 16 << 10

// settle decides by a sample that begins with the first line that is not ASCII.
func (d *decider) settle(sample []byte) {
	d.settled = true
	defer func() { d.doubt = d.cs == scan.UTF8 && scan.Doubtful(sample[:min(len(sample), doubtSize)]) }()
	found := scan.Detect(sample)
	if found.Charset.Unit() == 2 {
		found = scan.Detection{Proof: "two-byte characters in the middle of single-byte text"}
	}
	if d.declared == "" && !found.Sure && found.Charset != scan.ASCII {
		if cs, proof := byRows(sample); cs != "" {
			d.cs = cs
			d.notes = append(d.notes, "charset found: "+proof)
			return
		}
	}
	switch {
	case found.Charset == scan.ASCII:
		d.settled = false
		return
	case d.declared == "" && found.Charset == "":
		d.cs = scan.UTF8
		d.notes = append(d.notes, "charset not found, read as utf-8: "+found.Proof)
		return
	case d.declared == "":
		d.cs = found.Charset
		d.notes = append(d.notes, "charset found: "+found.Proof)
		return
	case found.Charset == d.declared || found.Charset == "" || alike(sample, d.declared, found.Charset):
		d.cs = d.declared
		return
	}
	if found.Sure || d.declared == scan.UTF8 || d.declared == scan.ASCII || !readable(sample, d.declared) {
		d.cs = found.Charset
		d.notes = append(d.notes, fmt.Sprintf("charset declared %s, found and read as %s: %s", d.declared, found.Charset, found.Proof))
		return
	}
	d.cs = d.declared
	d.notes = append(d.notes, fmt.Sprintf("charset declared and read as %s, though it looks like %s: %s", d.declared, found.Charset, found.Proof))
}

// byRows gives the charset of most rows of a sample that is no text as a whole:
// a file put together from several exports.
func byRows(sample []byte) (scan.Charset, string) {
	count := map[scan.Charset]int{}
	rows := 0
	for line := range bytes.SplitSeq(sample, []byte{'\n'}) {
		if ascii(line) {
			continue
		}
		rows++
		if utf8.Valid(line) {
			count[scan.UTF8]++
		} else if cs := scan.RowCharset(line, scan.UTF8); cs != scan.UTF8 {
			count[cs]++
		}
	}
	best, read := scan.Charset(""), 0
	for _, cs := range scan.Declarable() {
		read += count[cs]
		if count[cs] > count[best] {
			best = cs
		}
	}
	if rows < 4 || len(count) < 2 || read*4 < rows*3 {
		return "", ""
	}
	return best, fmt.Sprintf("%s: most rows (%d of %d), the rows are not all in one charset", best, count[best], rows)
}

// alike: both charsets read the sample as the same text.
func alike(sample []byte, a, b scan.Charset) bool {
	if !a.SingleByte() || !b.SingleByte() {
		return false
	}
	x, _ := scan.Decode(nil, sample, a)
	y, _ := scan.Decode(nil, sample, b)
	return string(x) == string(y)
}

func readable(sample []byte, cs scan.Charset) bool {
	_, ok := scan.Decode(nil, sample, cs)
	return ok
}

// ascii reports whether b has no byte above 0x7F.
func ascii(b []byte) bool {
	for len(b) >= 8 {
		if (uint64(b[0])|uint64(b[1])|uint64(b[2])|uint64(b[3])|uint64(b[4])|uint64(b[5])|uint64(b[6])|uint64(b[7]))&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// charsetOf reads a declared charset; "", "auto" and unknown words give false.
func charsetOf(name string) (scan.Charset, bool) { return scan.ParseCharset(name) }
