package ledger

import (
	"bytes"
	"unicode/utf8"
)

// plain reads a leaf that stands as encode writes it, with nothing escaped. This
// is a tenth of the work of a decoder of JSON, which ok = false leaves all other
// texts to: what plain takes means the same there.
func plain(text []byte) (l Leaf, ok bool) {
	p := plainText(text)
	var at []byte
	var kind string
	if !p.skip(`{"format":1,"at":`) || !p.quoted(&at) || l.At.UnmarshalText(at) != nil || !p.skip(`,"kind":`) || !p.word(&kind) {
		return Leaf{}, false
	}
	l.Format, l.Kind = leafFormat, Kind(kind)
	for _, f := range []struct {
		key string
		to  *string
	}{{`,"actor":`, &l.Actor}, {`,"role":`, &l.Role}, {`,"run":`, &l.Run}, {`,"subject":`, &l.Subject}} {
		if p.skip(f.key) && !p.word(f.to) {
			return Leaf{}, false
		}
	}
	if p.skip(`,"sums":[`) {
		for more := true; more; more = p.skip(`,`) {
			var s Sum
			if !p.skip(`{"name":`) || !p.word(&s.Name) || !p.skip(`,"hash":`) || !p.word(&s.Hash) || !p.skip(`}`) {
				return Leaf{}, false
			}
			l.Sums = append(l.Sums, s)
		}
		if !p.skip(`]`) {
			return Leaf{}, false
		}
	}
	if string(p) != `}` {
		return Leaf{}, false
	}
	return l, true
}

// plainText is what is still to be read.
type plainText []byte

// skip goes past what must come next.
func (p *plainText) skip(s string) bool {
	if len(*p) < len(s) || string((*p)[:len(s)]) != s {
		return false
	}
	*p = (*p)[len(s):]
	return true
}

// quoted reads a string in which every byte stands for itself.
func (p *plainText) quoted(to *[]byte) bool {
	if !p.skip(`"`) {
		return false
	}
	n := bytes.IndexByte(*p, '"')
	if n < 0 {
		return false
	}
	*to = (*p)[:n]
	ascii := true
	for _, c := range *to {
		if c < ' ' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	*p = (*p)[n+1:]
	return ascii || utf8.Valid(*to)
}

func (p *plainText) word(to *string) bool {
	var b []byte
	ok := p.quoted(&b)
	*to = string(b)
	return ok
}
