package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// plural gives "1 fault" or "3 faults".
func plural[T int | int64](n T, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(int64(n)) + " " + many
}

// number groups digits by thousands with a narrow space: 1 234 567.
func number(n int64) string {
	s := fmt.Sprint(n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	if neg {
		return "-" + b.String()
	}
	return b.String()
}

// size gives bytes in a form for people.
func size(n int64) string {
	switch {
	case n < 0:
		return "?"
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.0f KB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04")
}

func seconds(s float64) string { return fmt.Sprintf("%.1f s", s) }

// trimmer leaves out the blanks at the ends of lines, which columns without a
// last cell would have.
type trimmer struct {
	to     io.Writer
	blanks int
}

func trimmed(to io.Writer) *trimmer { return &trimmer{to: to} }

// Write passes on what is not certain to be the end of a line.
func (t *trimmer) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+t.blanks)
	for _, c := range p {
		if c == ' ' {
			t.blanks++
			continue
		}
		for ; t.blanks > 0 && c != '\n'; t.blanks-- {
			out = append(out, ' ')
		}
		t.blanks = 0
		out = append(out, c)
	}
	if _, err := t.to.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// folded joins words with blanks, and with next where a line would be longer
// than width letters.
func folded(words []string, width int, next string) string {
	var b strings.Builder
	line := 0
	for i, w := range words {
		switch n := utf8.RuneCountInString(w); {
		case i == 0:
			line = n
		case line+1+n > width:
			b.WriteString(next)
			line = n
		default:
			b.WriteByte(' ')
			line += 1 + n
		}
		b.WriteString(w)
	}
	return b.String()
}
