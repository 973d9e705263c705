package formats

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// ldNode is a JSON value with its place. Keys keep the order of the text.
type ldNode struct {
	kind   ldKind
	text   string   // string: its value; number and literal: their text
	keys   []string // object
	items  []ldNode // object: values beside keys; array: elements
	lo, hi int      // bytes of the value in the script
}

type ldKind uint8

const (
	ldLiteral ldKind = iota // null, true, false
	ldNumber
	ldString
	ldArray
	ldObject
)

// get gives the first value of a key; the key may carry a prefix ("schema:name").
func (n *ldNode) get(key string) (*ldNode, bool) {
	for i, k := range n.keys {
		if k == key || bareTerm(k) == key {
			return &n.items[i], true
		}
	}
	return nil, false
}

const (
	ldMaxDepth  = 100
	ldMaxValues = 200_000
)

// ldError says where a script stops being JSON; it never quotes it.
type ldError struct {
	at  int
	msg string
}

func (e *ldError) Error() string { return fmt.Sprintf("byte %d: %s", e.at, e.msg) }

// parseLD reads the JSON values of a script. Damage that occurs in the wild is
// repaired, each kind by a step with a name, and the steps taken are given in
// the order in which they were first needed:
//
//	comment            // … and /* … */ outside of strings
//	html_comment       <!-- … --> or its halves outside of strings, CDATA brackets
//	control_character  raw control characters inside strings
//	trailing_comma     a comma before ] or }
//	bad_escape         \' and other escapes that JSON has not: the character stands
//	semicolon          ; after a value
//	several_values     more than one value in the script
//	byte_order_mark
//
// An empty script gives no value and no error. Text that is JSON by RFC 8259
// is read as encoding/json reads it, without a repair.
func parseLD(s []byte) (values []ldNode, repairs []string, err error) {
	p := ldParser{s: s}
	defer func() {
		if e, ok := recover().(*ldError); ok {
			values, repairs, err = nil, p.repairs, e
		}
	}()
	for p.space(); p.i < len(p.s); p.space() {
		if p.s[p.i] == ';' || p.s[p.i] == ',' && len(values) > 0 {
			p.repair("semicolon")
			p.i++
			continue
		}
		if len(values) == 1 {
			p.repair("several_values")
		}
		values = append(values, p.value(0))
	}
	return values, p.repairs, nil
}

type ldParser struct {
	s       []byte
	i       int
	n       int
	repairs []string
}

func (p *ldParser) fail(at int, msg string) { panic(&ldError{at, msg}) }

func (p *ldParser) repair(step string) {
	if !slices.Contains(p.repairs, step) {
		p.repairs = append(p.repairs, step)
	}
}

func (p *ldParser) has(lit string) bool {
	return len(p.s)-p.i >= len(lit) && string(p.s[p.i:p.i+len(lit)]) == lit
}

// space passes over white space and repairs what may stand between tokens.
func (p *ldParser) space() {
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.i++
		case p.has("//"):
			p.repair("comment")
			p.past("\n", 2)
		case p.has("/*"):
			p.repair("comment")
			p.past("*/", 2)
		case p.has("<!--"):
			p.repair("html_comment")
			// An opening half around the whole script has no value inside; skip
			// to its end only when a value follows that end.
			if end := indexFrom(p.s, p.i+4, "-->"); end >= 0 && !startsValue(p.s[p.i+4:end]) {
				p.i = end + 3
			} else {
				p.i += 4
			}
		case p.has("-->"):
			p.repair("html_comment")
			p.i += 3
		case p.has("<![CDATA["):
			p.repair("html_comment")
			p.i += 9
		case p.has("]]>"):
			p.repair("html_comment")
			p.i += 3
		case p.has("\ufeff"):
			p.repair("byte_order_mark")
			p.i += 3
		case c < 0x20:
			p.repair("control_character")
			p.i++
		default:
			return
		}
	}
}

// startsValue reports whether text begins like an object or array.
func startsValue(b []byte) bool {
	for _, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n':
		case '{', '[':
			return true
		default:
			return false
		}
	}
	return false
}

func indexFrom(s []byte, from int, lit string) int {
	for i := from; i+len(lit) <= len(s); i++ {
		if string(s[i:i+len(lit)]) == lit {
			return i
		}
	}
	return -1
}

// past moves behind the next lit, or to the end.
func (p *ldParser) past(lit string, skip int) {
	if end := indexFrom(p.s, p.i+skip, lit); end >= 0 {
		p.i = end + len(lit)
	} else {
		p.i = len(p.s)
	}
}

func (p *ldParser) value(depth int) (n ldNode) {
	if depth > ldMaxDepth {
		p.fail(p.i, fmt.Sprintf("nested deeper than %d", ldMaxDepth))
	}
	if p.n++; p.n > ldMaxValues {
		p.fail(p.i, fmt.Sprintf("more than %d values", ldMaxValues))
	}
	p.space()
	if p.i >= len(p.s) {
		p.fail(p.i, "the script ends where a value should stand")
	}
	n.lo = p.i
	switch c := p.s[p.i]; {
	case c == '{':
		n.kind = ldObject
		p.members('}', depth, func() {
			if p.s[p.i] != '"' {
				p.fail(p.i, "a key should stand here")
			}
			n.keys = append(n.keys, p.str())
			p.space()
			if p.i >= len(p.s) || p.s[p.i] != ':' {
				p.fail(p.i, "a colon should stand here")
			}
			p.i++
			n.items = append(n.items, p.value(depth+1))
		})
	case c == '[':
		n.kind = ldArray
		p.members(']', depth, func() { n.items = append(n.items, p.value(depth+1)) })
	case c == '"':
		n.kind, n.text = ldString, p.str()
	case c == '-' || c >= '0' && c <= '9':
		n.kind, n.text = ldNumber, p.number()
	default:
		for _, lit := range []string{"null", "true", "false"} {
			if p.has(lit) {
				p.i += len(lit)
				n.text, n.hi = lit, p.i
				return n
			}
		}
		p.fail(p.i, "no JSON value begins here")
	}
	n.hi = p.i
	return n
}

// members reads the inside of an object or array up to end.
func (p *ldParser) members(end byte, depth int, one func()) {
	p.i++
	for first := true; ; first = false {
		p.space()
		if p.i >= len(p.s) {
			p.fail(p.i, "the script ends inside an object or array")
		}
		if p.s[p.i] == end {
			p.i++
			return
		}
		if !first {
			if p.s[p.i] != ',' {
				p.fail(p.i, "a comma should stand here")
			}
			p.i++
			p.space()
			if p.i < len(p.s) && p.s[p.i] == end {
				p.repair("trailing_comma")
				p.i++
				return
			}
			if p.i >= len(p.s) {
				p.fail(p.i, "the script ends inside an object or array")
			}
		}
		one()
	}
}

// number reads the grammar of RFC 8259.
func (p *ldParser) number() string {
	from := p.i
	digits := func() int {
		n := 0
		for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
			p.i++
			n++
		}
		return n
	}
	if p.s[p.i] == '-' {
		p.i++
	}
	zero := p.i < len(p.s) && p.s[p.i] == '0'
	if n := digits(); n == 0 || zero && n > 1 {
		p.fail(from, "a damaged number")
	}
	if p.i < len(p.s) && p.s[p.i] == '.' {
		p.i++
		if digits() == 0 {
			p.fail(from, "a damaged number")
		}
	}
	if p.i < len(p.s) && (p.s[p.i] == 'e' || p.s[p.i] == 'E') {
		p.i++
		if p.i < len(p.s) && (p.s[p.i] == '+' || p.s[p.i] == '-') {
			p.i++
		}
		if digits() == 0 {
			p.fail(from, "a damaged number")
		}
	}
	return string(p.s[from:p.i])
}

// str reads a string at its opening quote.
func (p *ldParser) str() string {
	from := p.i
	p.i++
	var out []byte
	for {
		if p.i >= len(p.s) {
			p.fail(from, "a string without an end")
		}
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return string(out)
		case c == '\\':
			out = p.escape(out, from)
		case c < 0x20:
			p.repair("control_character")
			out = append(out, c)
			p.i++
		case c < utf8.RuneSelf:
			out = append(out, c)
			p.i++
		default:
			r, n := utf8.DecodeRune(p.s[p.i:])
			out = utf8.AppendRune(out, r)
			p.i += n
		}
	}
}

func (p *ldParser) escape(out []byte, from int) []byte {
	p.i++
	if p.i >= len(p.s) {
		p.fail(from, "a string without an end")
	}
	c := p.s[p.i]
	p.i++
	switch c {
	case '"', '\\', '/':
		return append(out, c)
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'u':
		r, ok := p.hex4()
		if !ok {
			p.repair("bad_escape")
			return append(out, 'u')
		}
		if utf16.IsSurrogate(r) {
			if p.has(`\u`) {
				back := p.i
				p.i += 2
				if r2, ok := p.hex4(); ok {
					if d := utf16.DecodeRune(r, r2); d != utf8.RuneError {
						return utf8.AppendRune(out, d)
					}
				}
				p.i = back
			}
			r = utf8.RuneError
		}
		return utf8.AppendRune(out, r)
	}
	p.repair("bad_escape")
	p.i--
	if c < 0x20 || c >= utf8.RuneSelf {
		return out // read again as an ordinary character
	}
	p.i++
	return append(out, c)
}

func (p *ldParser) hex4() (rune, bool) {
	if p.i+4 > len(p.s) {
		return 0, false
	}
	for _, c := range p.s[p.i : p.i+4] {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(p.s[p.i:p.i+4]), 16, 32)
	p.i += 4
	return rune(n), err == nil
}
