package formats

import (
	"fmt"
	"strconv"
	"strings"

	"clientbase/internal/scan"
)

// ipmMessage is one decoded message. Its byte slices share the frame's memory
// and are valid until the next message is read.
type ipmMessage struct {
	mti     string
	elem    [129][]byte // value of each element; nil = absent
	pan     string      // the digits, in clear: for the token only
	panCut  int         // how many of the frame's blanks are those of DE2
	pds     []ipmPDSField
	refused int  // elements blanked because they may not be kept
	icc     int  // card numbers and tracks blanked inside DE55
	iccCut  bool // DE55 ends inside a tag
	cards   int  // card numbers masked outside DE2
}

type ipmPDSField struct {
	tag   string
	value []byte
}

// ipmFault says why a message cannot be read; it never quotes bytes of it.
type ipmFault struct {
	reason string
	detail string
}

// decodeIPM reads the message in f.msg. Whatever the outcome, the card numbers,
// tracks and PIN blocks in f.msg are masked when it returns, and f.blanks tells
// where they stood.
func decodeIPM(f *ipmFrames, page CodePage, m *ipmMessage) *ipmFault {
	*m = ipmMessage{pds: m.pds[:0]}
	b := f.msg
	n, ok := page.Number(b[:4])
	if !ok || n < 1000 || n > 1999 {
		scrubRest(f, page, 4, true)
		return &ipmFault{"bad_message_type", "the message type is not four digits beginning with 1"}
	}
	m.mti = page.Text(b[:4])
	bitmap := b[4:20]
	at := ipmMinMessage
	for de := 2; de <= 128; de++ {
		if bitmap[(de-1)/8]&(0x80>>((de-1)%8)) == 0 {
			continue
		}
		e := ipmTable[de]
		if e.kind == ipmNone {
			scrubRest(f, page, at, secretsFrom(bitmap, de))
			return &ipmFault{"unknown_element", fmt.Sprintf("DE%d is not in the table of elements, so its length is unknown", de)}
		}
		lo, hi, fault := span(e, b, at, page)
		if fault != nil {
			scrubRest(f, page, at, secretsFrom(bitmap, de))
			return fault
		}
		m.elem[de] = b[lo:hi:hi]
		at = hi
		if fault := take(f, page, m, e, lo, hi); fault != nil {
			scrubRest(f, page, at, secretsFrom(bitmap, de+1))
			return fault
		}
	}
	if at != len(b) {
		scrubRest(f, page, at, true)
		return &ipmFault{"bad_length", fmt.Sprintf("%d bytes follow the last element", len(b)-at)}
	}
	return nil
}

// span finds the bytes of element e at offset at.
func span(e ipmElement, b []byte, at int, page CodePage) (lo, hi int, fault *ipmFault) {
	prefix := map[ipmKind]int{ipmFixed: 0, ipmLL: 2, ipmLLL: 3}[e.kind]
	n := e.length
	if prefix > 0 {
		if at+prefix > len(b) {
			return 0, 0, &ipmFault{"bad_length", fmt.Sprintf("the message ends inside the length of DE%d", e.de)}
		}
		var ok bool
		if n, ok = page.Number(b[at : at+prefix]); !ok {
			return 0, 0, &ipmFault{"bad_length", fmt.Sprintf("the length of DE%d is not a number", e.de)}
		}
		if e.length > 0 && n > e.length {
			return 0, 0, &ipmFault{"bad_length", fmt.Sprintf("DE%d declares %d bytes, at most %d are allowed", e.de, n, e.length)}
		}
	}
	lo = at + prefix
	if lo+n > len(b) {
		return 0, 0, &ipmFault{"bad_length", fmt.Sprintf("DE%d needs %d bytes, the message has %d left", e.de, n, len(b)-lo)}
	}
	return lo, lo + n, nil
}

// take does what the element's use asks for: masks, blanks, splits, checks.
func take(f *ipmFrames, page CodePage, m *ipmMessage, e ipmElement, lo, hi int) *ipmFault {
	switch e.use {
	case ipmPAN:
		digits, ok := asciiDigits(page, f.msg[lo:hi])
		hideChanged(f, lo, hi, func(b []byte) { scan.MaskPAN(b, page.Scan) })
		if !ok || len(digits) < 12 {
			f.hide(lo, hi)
			return &ipmFault{"bad_number", fmt.Sprintf("DE2 is not 12 to 19 digits (%d bytes)", hi-lo)}
		}
		m.pan, m.panCut = digits, len(f.blanks)
	case ipmRefused:
		f.hide(lo, hi)
		m.refused++
	case ipmDigits:
		if _, ok := asciiDigits(page, f.msg[lo:hi]); !ok {
			return &ipmFault{"bad_number", fmt.Sprintf("DE%d is not a number", e.de)}
		}
	case ipmText, ipmPlace:
		m.cards += scrubText(f, page, lo, hi)
	case ipmICC:
		blanked, cut := blankICC(f, lo, hi)
		m.icc += blanked
		m.iccCut = m.iccCut || cut
	case ipmPDS:
		return splitPDS(f, page, m, e.de, lo, hi)
	}
	return nil
}

// splitPDS reads the subfields of a carrier: four digits of tag, three of
// length, the value. A list may go on in the next carrier, always with a whole
// subfield.
func splitPDS(f *ipmFrames, page CodePage, m *ipmMessage, de, lo, hi int) *ipmFault {
	for at := lo; at < hi; {
		if at+7 > hi {
			return &ipmFault{"bad_length", fmt.Sprintf("DE%d ends inside the head of a PDS", de)}
		}
		_, okTag := page.Number(f.msg[at : at+4])
		n, okLen := page.Number(f.msg[at+4 : at+7])
		if !okTag || !okLen {
			return &ipmFault{"bad_length", fmt.Sprintf("a PDS of DE%d has no tag or length in digits", de)}
		}
		tag := page.Text(f.msg[at : at+4])
		at += 7
		if at+n > hi {
			return &ipmFault{"bad_length", fmt.Sprintf("PDS %s of DE%d needs %d bytes, %d are left", tag, de, n, hi-at)}
		}
		if !pdsControl(tag) {
			m.cards += scrubText(f, page, at, at+n)
		}
		m.pds = append(m.pds, ipmPDSField{tag, f.msg[at : at+n : at+n]})
		at += n
	}
	return nil
}

// pdsControl names the subfields that hold counts, sums and ids of the file
// and therefore no card number.
func pdsControl(tag string) bool {
	return tag == "0105" || tag == "0148" || tag == "0301" || tag == "0306"
}

// pdsValue gives the first subfield with a tag.
func (m *ipmMessage) pdsValue(tag string) ([]byte, bool) {
	for _, p := range m.pds {
		if p.tag == tag {
			return p.value, true
		}
	}
	return nil, false
}

// blankICC walks the BER-TLV of DE55 and blanks the values of tags that hold a
// card number or a track: 56, 57, 5A, 9F1F, 9F20, 9F6B.
func blankICC(f *ipmFrames, lo, hi int) (blanked int, cut bool) {
	for at := lo; at < hi; {
		if f.msg[at] == 0 {
			at++ // padding between objects
			continue
		}
		tag := int(f.msg[at])
		at++
		if tag&0x1F == 0x1F {
			for more := true; more; at++ {
				if at >= hi {
					return blanked, true
				}
				tag = (tag<<8 | int(f.msg[at])) & 0xFFFFFF
				more = f.msg[at]&0x80 != 0
			}
		}
		if at >= hi {
			return blanked, true
		}
		n := int(f.msg[at])
		at++
		if n&0x80 != 0 {
			k := n & 0x7F
			n = 0
			if k == 0 || k > 2 {
				return blanked + blankValue(f, at, hi), true
			}
			for ; k > 0; k-- {
				if at >= hi {
					return blanked, true
				}
				n = n<<8 | int(f.msg[at])
				at++
			}
		}
		end := min(at+n, hi)
		switch tag {
		case 0x56, 0x57, 0x5A, 0x9F1F, 0x9F20, 0x9F6B:
			blanked += blankValue(f, at, end)
		}
		cut = at+n > hi
		at = end
	}
	return blanked, cut
}

func blankValue(f *ipmFrames, lo, hi int) int {
	f.hide(lo, hi)
	if hi > lo {
		return 1
	}
	return 0
}

// asciiDigits reads a field as digits; false when there are none or others.
func asciiDigits(page CodePage, b []byte) (string, bool) {
	out := make([]byte, len(b))
	for i, x := range b {
		d, ok := page.Digit(x)
		if !ok {
			return "", false
		}
		out[i] = byte('0' + d)
	}
	return string(out), len(b) > 0
}

// scrubText masks the card numbers in bytes [lo,hi) and counts them.
func scrubText(f *ipmFrames, page CodePage, lo, hi int) (n int) {
	hideChanged(f, lo, hi, func(b []byte) { n = scan.MaskCardsIn(b, page.Scan) })
	return n
}

// hideChanged hides the bytes that mask would change.
func hideChanged(f *ipmFrames, lo, hi int, mask func([]byte)) {
	b := append(f.scratch[:0], f.msg[lo:hi]...)
	f.scratch = b
	mask(b)
	for i := range b {
		if b[i] != f.msg[lo+i] {
			f.hide(lo+i, lo+i+1)
		}
	}
}

// maskSpan keeps the first six and the last four bytes of a card number.
func maskSpan(f *ipmFrames, lo, hi int) {
	f.hide(lo+6, max(lo+6, hi-4))
}

// secretsFrom reports whether an element from de on may hold what cannot be
// found without decoding it: tracks, PIN, chip data.
func secretsFrom(bitmap []byte, de int) bool {
	for ; de <= 128; de++ {
		if bitmap[(de-1)/8]&(0x80>>((de-1)%8)) == 0 {
			continue
		}
		if u := ipmTable[de].use; u == ipmRefused || u == ipmICC {
			return true
		}
	}
	return false
}

// scrubRest cleans the part of a message that was not decoded. Where it may
// hold tracks or chip data all of it is blanked; else every run of 13 or more
// digits keeps only its first six and last four.
func scrubRest(f *ipmFrames, page CodePage, at int, secrets bool) {
	if secrets {
		f.hide(at, len(f.msg))
		return
	}
	for i := at; i < len(f.msg); {
		j := i
		for j < len(f.msg) {
			if _, ok := page.Digit(f.msg[j]); !ok {
				break
			}
			j++
		}
		if j-i >= 13 {
			maskSpan(f, i, j)
		}
		i = max(j, i+1)
	}
	scrubText(f, page, at, len(f.msg))
}

// place is DE43 taken apart.
type place struct{ name, address, city, postcode, state, country string }

// splitPlace reads name\address\city\postcode(10)state(3)country(3). A value of
// another form is wholly the name, and ok is false.
func splitPlace(text string) (p place, ok bool) {
	parts := strings.SplitN(text, `\`, 4)
	if len(parts) < 4 {
		return place{name: strings.TrimSpace(text)}, false
	}
	tail := []rune(parts[3])
	if len(tail) != 16 {
		return place{name: strings.TrimSpace(text)}, false
	}
	cut := func(lo, hi int) string { return strings.TrimSpace(string(tail[lo:hi])) }
	return place{strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2]), cut(0, 10), cut(10, 13), cut(13, 16)}, true
}

// exponent gives the number of decimals of a currency (ISO 4217 number): as
// PDS 0148 of the message says (three digits of currency, one of exponent,
// repeated), else by the standard.
func (m *ipmMessage) exponent(page CodePage, currency string) int {
	if v, ok := m.pdsValue("0148"); ok {
		t := page.Text(v)
		for ; len(t) >= 4; t = t[4:] {
			if t[:3] == currency && t[3] >= '0' && t[3] <= '9' {
				return int(t[3] - '0')
			}
		}
	}
	switch currency {
	case "108", "152", "174", "262", "324", "352", "392", "410", "548", "600", "646", "704", "800", "950", "952", "953":
		return 0 // BIF CLP KMF DJF GNF ISK JPY KRW VUV PYG RWF VND UGX XAF XOF XPF
	case "048", "368", "400", "414", "434", "512", "788":
		return 3 // BHD IQD JOD KWD LYD OMR TND
	}
	return 2
}

// signedAmount gives DE4 in major units from the cardholder's side, money out
// negative, for presentments (1240) whose processing code says which way the
// money goes: 00–19 debit, 20–29 credit; a reversal (PDS 0025 beginning with R)
// turns the sign. "" when it cannot be told.
func signedAmount(mti, processing, minor string, exponent int, reversal bool) string {
	if mti != "1240" || len(processing) < 2 || minor == "" {
		return ""
	}
	kind, err := strconv.Atoi(processing[:2])
	if err != nil || kind > 29 {
		return ""
	}
	for len(minor) <= exponent {
		minor = "0" + minor
	}
	whole, part := strings.TrimLeft(minor[:len(minor)-exponent], "0"), minor[len(minor)-exponent:]
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		whole += "." + part
	}
	if (kind < 20) != reversal && strings.Trim(whole, "0.") != "" {
		whole = "-" + whole
	}
	return whole
}
