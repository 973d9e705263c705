package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	shownPieces = 5   // pieces of evidence that a reason in short names
	lineWidth   = 110 // runes of a line of evidence
)

// printEvidence shows why two records are one client in short: the two records
// and the bits on one line, the strongest pieces of evidence below, the rest
// summed up, so that the bits still add up. A text of another form is shown as it is.
func (a *app) printEvidence(indent, why string) {
	head, pieces := inShort(why)
	a.printf("%s%s\n", indent, head)
	line := ""
	for _, p := range pieces {
		if line != "" && len([]rune(line))+len([]rune(p))+3 > lineWidth-len(indent)-4 {
			a.printf("%s    %s ·\n", indent, line)
			line = ""
		}
		if line != "" {
			line += " · "
		}
		line += p
	}
	if line != "" {
		a.printf("%s    %s\n", indent, line)
	}
}

// inShort takes the text of an explanation, "A = B: surname exact +12.4 · … ·
// prior -13.6 = 34.2 (merge ≥ 7)", strongest piece first, into a heading and the
// pieces to show.
func inShort(why string) (head string, pieces []string) {
	// Keys may hold a colon, so the last one before the first piece counts.
	first := strings.Index(why, " · ")
	at := -1
	if first > 0 {
		at = strings.LastIndex(why[:first], ": ")
	}
	end := strings.LastIndex(why, " = ")
	if at < 0 || end < at {
		return why, nil
	}
	bits, merge, ok := strings.Cut(why[end+len(" = "):], " (merge ≥ ")
	if !ok {
		return why, nil
	}
	all := strings.Split(why[at+2:end], " · ")
	prior := all[len(all)-1]
	all = all[:len(all)-1]
	rest, n, last := 0.0, 0, ""
	for i, p := range all {
		v, err := strconv.ParseFloat(p[strings.LastIndexByte(p, ' ')+1:], 64)
		if err != nil {
			return why, nil
		}
		// What relatives share stands last and may outweigh the rest: always shown.
		switch {
		case i < shownPieces, strings.HasPrefix(p, "relatives ") && math.Abs(v) >= 1:
			pieces = append(pieces, p)
		default:
			rest, n, last = rest+v, n+1, p
		}
	}
	switch {
	case n == 1:
		pieces = append(pieces, last)
	case n > 1:
		pieces = append(pieces, fmt.Sprintf("%d smaller %+.1f", n, rest))
	}
	return fmt.Sprintf("%s: %s bits (merge ≥ %s", why[:at], bits, merge), append(pieces, prior)
}
