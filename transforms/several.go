package transforms

import (
	"strings"

	"clientbase/schemas"
)

// severally lets the rule of one identifier read a cell that holds several,
// parted by commas, semicolons, bars, slashes or line breaks. It is tried only
// where the cell as a whole has the wrong form, and holds only when every part
// is right by itself.
func severally(f cellFunc) cellFunc {
	return func(c *cell, out []Result) []Result {
		first := len(out)
		out = f(c, out)
		if len(out) != first+1 || out[first].Status != schemas.Invalid || !strings.ContainsAny(c.text, ",;|/\n") {
			return out
		}
		switch out[first].Reason {
		case schemas.BadLength, schemas.BadCharacter, schemas.BadFormat, schemas.BadChecksum:
		default:
			return out
		}
		whole := c.text
		defer func() { c.text = whole }()
		var buf [4]Result
		found := buf[:0]
		for lo := 0; lo < len(whole); {
			hi := len(whole)
			if i := strings.IndexAny(whole[lo:], ",;|/\n"); i >= 0 {
				hi = lo + i
			}
			if part := strings.TrimSpace(whole[lo:hi]); part != "" {
				n := len(found)
				c.text = part
				if found = f(c, found); len(found) != n+1 || found[n].Status != schemas.OK && found[n].Status != schemas.Corrected {
					return out
				}
				r := &found[n]
				r.Lo, r.Hi = lo, hi
				if r.Status == schemas.OK && r.Reason != schemas.NotChecked {
					r.Reason = schemas.Split
				}
			}
			lo = hi + 1
		}
		if len(found) < 2 {
			return out
		}
		return append(out[:first], found...)
	}
}
