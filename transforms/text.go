package transforms

import (
	"strings"

	"clientbase/schemas"
)

const textID = "text@1"

// textRule cleanses short texts, codes, numbers and web addresses that have no
// rule of their own.
func textRule(d *schemas.Dictionary) Rule {
	kinds := []schemas.Kind{schemas.KindText, schemas.KindCode, schemas.KindNumber, schemas.KindURL, schemas.KindVisitor}
	r := columnRule(d, "text", 1, "folds white space; knows words that mean nothing", nil, kinds...)
	attrs := attrsOf(d, kinds...)
	r.Apply = func(b *schemas.Batch, m *Model) error {
		for _, a := range attrs {
			if err := column(b, m, a, remembered(textCell)); err != nil {
				return err
			}
		}
		return nil
	}
	return r
}

// remembered is f with the verdicts of the last texts at hand: few distinct
// texts fill a column of codes. It fits cells that give one result and depend on
// their text alone, and lives as long as one column of one batch.
func remembered(f cellFunc) cellFunc {
	type entry struct {
		text string
		r    Result
	}
	var memo [128]entry
	return func(c *cell, out []Result) []Result {
		n := len(c.text)
		if n == 0 || n > 64 {
			return f(c, out)
		}
		e := &memo[(n*31+int(c.text[0])*7+int(c.text[n-1])*13+int(c.text[n/2])*17)&127]
		if e.text != c.text {
			at := len(out)
			if out = f(c, out); len(out) != at+1 {
				return out
			}
			e.text, e.r = c.text, out[at]
			return out
		}
		return append(out, e.r)
	}
}

func textCell(c *cell, out []Result) []Result {
	r := Result{Out: cleanText(c.text), Status: schemas.OK, Reason: schemas.Unchanged, Rule: textID}
	if r.Out == "" {
		return append(out, Result{Status: schemas.Empty, Rule: textID})
	}
	if r.Out != c.text {
		r.Reason = schemas.Normalised
	}
	switch c.attr.Kind {
	case schemas.KindText:
		if reason, junk := junkText(r.Out); junk {
			return append(out, Result{Status: schemas.Junk, Reason: reason, Rule: textID})
		}
	case schemas.KindNumber:
		return append(out, numberText(c, r))
	}
	return append(out, r)
}

// numberText brings a decimal to digits and one point: "1 234,50" is 1234.50.
// Of two different marks the last one is the decimal one.
func numberText(c *cell, r Result) Result {
	if reason, junk := junkText(r.Out); junk {
		return Result{Status: schemas.Junk, Reason: reason, Rule: textID}
	}
	s := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "−", "-").Replace(r.Out)
	point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case point >= 0 && comma >= 0 && point > comma:
		s = strings.ReplaceAll(s, ",", "")
	case point >= 0 && comma >= 0:
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	case comma >= 0:
		s = strings.ReplaceAll(s, ",", ".")
	}
	whole, frac, dot := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+"), ".")
	if !allDigits(whole) || dot && !allDigits(frac) {
		return fail(textID, schemas.BadCharacter)
	}
	r.Out = strings.TrimPrefix(s, "+")
	if r.Reason = schemas.Unchanged; r.Out != c.text {
		r.Reason = schemas.Normalised
	}
	return r
}
