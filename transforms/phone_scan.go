package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// phoneScan walks once over a cell and takes out what may be numbers: labels
// dropped, several numbers parted, extensions and tails told apart, look-alike
// letters read as digits.
type phoneScan struct {
	text       string
	region     string
	found      []dialled
	unbalanced bool

	cur     dialled
	i       int    // place in text
	inExt   bool   // digits go to the extension
	extDone bool   // the extension has ended
	nextIs  bool   // the next number is a tail of the one before
	words   bool   // unknown words seen in the cell
	foreign bool   // a word said that the next number is none of a phone
	store   []byte // digits of all numbers and extensions, one after another
	cuts    []int  // the cuts of all numbers, one after another
}

// reset makes the scan ready for another cell, in the memory of the last one.
func (p *phoneScan) reset(text, region string) {
	*p = phoneScan{text: text, region: region, found: p.found[:0], store: p.store[:0], cuts: p.cuts[:0]}
}

// full is how many digits make a number that could stand alone.
func (p *phoneScan) full() int {
	if p.region == "UA" || p.region == "BY" {
		return 9
	}
	return 10
}

func (p *phoneScan) run() {
	depth := 0
	for p.i < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.i:])
		switch {
		case r >= '0' && r <= '9':
			p.digit(byte(r))
		case r == '|' && len(p.cur.digits) < p.full() && p.besideDigit(size) || unicode.IsLetter(r):
			size = p.word()
		case r == '+':
			if len(p.cur.digits) >= 5 || len(p.cur.ext) > 0 {
				p.flush()
			} else {
				p.cur = dialled{}
			}
			p.cur.plus = true
			p.mark(size)
		case r == '(':
			depth++
			p.gap()
		case r == ')':
			if depth--; depth < 0 {
				p.unbalanced, depth = true, 0
			}
			p.gap()
		case r == '#' || r == '*':
			if len(p.cur.digits) >= 7 && !p.inExt {
				p.inExt = true
			}
		case r == ';' && p.extFollows(size):
		case r == ';' || r == '\n' || r == '|' || r == '&':
			p.flush()
		case r == ',':
			p.comma(size)
		case r == '/' || r == '\\':
			p.slash(size)
		default:
			p.gap()
		}
		p.i += size
	}
	p.flush()
	p.unbalanced = p.unbalanced || depth != 0
	for i := range p.found {
		p.found[i].unknown = p.found[i].unknown || p.words
	}
}

// mark keeps the span of the current number up to the end of this sign.
func (p *phoneScan) mark(size int) {
	if p.cur.hi == 0 {
		p.cur.lo = p.i
	}
	p.cur.hi = p.i + size
}

func (p *phoneScan) digit(d byte) {
	if p.inExt {
		if !p.extDone && len(p.cur.ext) < 8 {
			n := len(p.cur.ext)
			p.store = append(p.store, d)
			p.cur.ext = p.store[len(p.store)-n-1:]
			p.mark(1)
			return
		}
		p.flush()
	}
	p.push(d)
	p.cur.edge = 0
	p.mark(1)
}

// push adds a digit to the current number, whose digits end the store.
func (p *phoneScan) push(d byte) {
	n := len(p.cur.digits)
	p.store = append(p.store, d)
	p.cur.digits = p.store[len(p.store)-n-1:]
}

// gap ends an extension, and is a place where two numbers may meet.
func (p *phoneScan) gap() {
	if p.inExt {
		p.extDone = p.extDone || len(p.cur.ext) > 0
		return
	}
	if n := len(p.cur.digits); n > 0 && (len(p.cur.cuts) == 0 || p.cur.cuts[len(p.cur.cuts)-1] != n) {
		p.cuts = append(p.cuts, n)
		p.cur.cuts = p.cuts[len(p.cuts)-len(p.cur.cuts)-1:]
	}
}

func (p *phoneScan) flush() {
	if len(p.cur.digits) > 0 {
		p.cur.tail = p.nextIs && len(p.cur.digits) <= 4 && !p.cur.plus
		if p.foreign && !p.cur.plus || p.atSign(p.cur.hi) {
			p.cur.other = true
		}
		p.foreign = false
		p.found = append(p.found, p.cur)
		p.nextIs = false
	}
	p.cur, p.inExt, p.extDone = dialled{}, false, false
}

// word handles a run of letters and gives its length.
func (p *phoneScan) word() int {
	rest := p.text[p.i:]
	end, letters, looks := 0, 0, 0
	for end < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[end:])
		if !unicode.IsLetter(r) && r != '|' {
			break
		}
		if _, ok := digitLook(r); ok {
			looks++
		}
		letters++
		end += size
	}
	left := p.i > 0 && isDigit(p.text[p.i-1])
	right := end < len(rest) && isDigit(rest[end])
	if looks == letters && letters <= 2 && (left || right) && !p.inExt && len(p.cur.digits)+letters <= 15 {
		for _, r := range rest[:end] {
			d, _ := digitLook(r)
			p.push(d)
		}
		p.cur.look = true
		p.mark(end)
		if !right {
			p.cur.edge = letters
		}
		return end
	}
	var buf [64]byte
	key := buf[:0]
	for _, r := range rest[:end] {
		if len(key) > 48 {
			break
		}
		key = utf8.AppendRune(key, lowerRune(r))
	}
	w := bytesView(key) // only compared
	switch {
	case phoneExt(w) && len(p.cur.digits) >= 5:
		p.inExt, p.extDone = true, false
	case w == "доп" && len(p.cur.digits) >= p.full() && p.shortNumber(p.i+end):
		p.inExt, p.extDone = true, false
	case (w == "p" || w == "w") && right && left && len(p.cur.digits) >= p.full(): // a pause before tones
		p.inExt, p.extDone = true, false
	case w == "в" && len(p.cur.digits) >= p.full() && strings.HasPrefix(rest[end:], ".") && p.shortNumber(p.i+end):
		p.inExt, p.extDone = true, false
	case p.inExt && len(p.cur.ext) == 0 && (w == "номер" || w == "ном" || w == "n" || w == "no"): // "внутренний номер 12"
	case phoneAnd(w), phoneLabel(w):
		tail := phoneAnd(w) && len(p.cur.digits) >= p.full() && p.tailAhead(p.i+end)
		if len(p.cur.digits) >= 5 {
			p.flush()
		}
		p.nextIs = p.nextIs || tail
		p.foreign = false
	case numberLabel(w):
		p.flush()
		p.words, p.foreign = true, true
	default:
		p.words = true
		p.flush()
	}
	return end
}

// atSign reports that a number is the local part of an e-mail address.
func (p *phoneScan) atSign(hi int) bool { return hi < len(p.text) && p.text[hi] == '@' }

// besideDigit reports that a sign of this size stands between two digits.
func (p *phoneScan) besideDigit(size int) bool {
	return p.i > 0 && isDigit(p.text[p.i-1]) && p.i+size < len(p.text) && isDigit(p.text[p.i+size])
}

// extFollows reports ";ext=", the form in which extensions are stored.
func (p *phoneScan) extFollows(size int) bool {
	_, ok := cutPrefixFold(p.text[p.i+size:], "ext=")
	return ok
}

// ahead counts the digits between place i and the next sign that parts
// numbers, or the next letter.
func (p *phoneScan) ahead(i int) int {
	n := 0
	for _, r := range p.text[i:] {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == ',' || r == ';' || r == '/' || r == '\\' || r == '\n' || r == '|':
			return n
		case unicode.IsLetter(r):
			if _, look := digitLook(r); look {
				n++
			} else if n > 0 {
				return n
			}
		}
	}
	return n
}

func (p *phoneScan) shortNumber(i int) bool {
	n := p.ahead(i)
	return n > 0 && n <= 5
}

// tailAhead reports that two to four digits and nothing more follow: "… и 68".
func (p *phoneScan) tailAhead(i int) bool {
	s := strings.Trim(p.text[i:], " -–.")
	return len(s) >= 2 && len(s) <= 4 && allDigits(s)
}

// comma parts two numbers, or announces an extension, or stands between
// groups of one number.
func (p *phoneScan) comma(size int) {
	next := p.i + size
	for next < len(p.text) && p.text[next] == ',' {
		next++
	}
	n := p.ahead(next)
	switch have := len(p.cur.digits); {
	case p.inExt && len(p.cur.ext) == 0: // ",,12": pauses before tones
	case p.inExt:
		p.flush()
	case have >= 5 && n >= 6:
		p.flush()
	case have >= p.full() && n > 0 && n <= 5:
		p.inExt, p.extDone = true, false
	case have >= p.full():
		p.flush()
	default:
		p.gap()
	}
}

// slash parts two numbers, or a number and the last digits of another, or
// stands behind an area code.
func (p *phoneScan) slash(size int) {
	n := p.ahead(p.i + size)
	switch have := len(p.cur.digits); {
	case p.inExt, have >= 6 && n >= 5:
		p.flush()
	case n > 0 && n <= 4 && (have >= p.full() || have >= 6 && have <= 7 && !p.cur.plus || p.nextIs):
		p.flush()
		p.nextIs = len(p.found) > 0
	default:
		p.gap()
	}
}
