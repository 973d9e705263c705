package demobank

import (
	"encoding/binary"
	"strconv"
)

// message is a Mastercard IPM message being built: a message type, a binary
// bitmap of 16 bytes, and data elements in ascending order, all text EBCDIC.
type message struct {
	mti  string
	bits [16]byte
	body []byte
}

func newMessage(mti string) *message {
	m := &message{mti: mti}
	m.bits[0] = 0x80 // the second bitmap is there
	return m
}

func (m *message) mark(de int) { m.bits[(de-1)/8] |= 0x80 >> ((de - 1) % 8) }

// fixed adds an element of fixed length; s has that length.
func (m *message) fixed(de int, s string) *message {
	m.mark(de)
	m.body = appendEBCDIC(m.body, s)
	return m
}

// ll adds an element with a two-digit length.
func (m *message) ll(de int, s string) *message {
	return m.fixed(de, string(digits(uint64(len(s)), 2))+s)
}

// lll adds an element with a three-digit length.
func (m *message) lll(de int, s string) *message {
	return m.fixed(de, string(digits(uint64(len(s)), 3))+s)
}

// bytes is the message without its length.
func (m *message) bytes() []byte {
	out := appendEBCDIC(nil, m.mti)
	out = append(out, m.bits[:]...)
	return append(out, m.body...)
}

// pds is one private data subelement: tag, length, value.
func pds(tag, value string) string {
	return tag + string(digits(uint64(len(value)), 3)) + value
}

// ebcdic maps the ASCII characters that clearing files hold to code page 500.
var ebcdic = func() (t [128]byte) {
	for i := range t {
		t[i] = 0x6F // ?
	}
	for i := range 9 {
		t['a'+i], t['j'+i] = byte(0x81+i), byte(0x91+i)
		t['A'+i], t['J'+i] = byte(0xC1+i), byte(0xD1+i)
	}
	for i := range 8 {
		t['s'+i], t['S'+i] = byte(0xA2+i), byte(0xE2+i)
	}
	for i := range 10 {
		t['0'+i] = byte(0xF0 + i)
	}
	for r, b := range map[byte]byte{' ': 0x40, '.': 0x4B, '<': 0x4C, '(': 0x4D, '+': 0x4E, '&': 0x50, '*': 0x5C, ')': 0x5D, ';': 0x5E,
		'-': 0x60, '/': 0x61, ',': 0x6B, '%': 0x6C, '_': 0x6D, '>': 0x6E, ':': 0x7A, '#': 0x7B, '@': 0x7C, '\'': 0x7D, '=': 0x7E, '"': 0x7F, '\\': 0xE0} {
		t[r] = b
	}
	return t
}()

func appendEBCDIC(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = append(dst, ebcdic[s[i]&0x7f])
	}
	return dst
}

// blocker writes messages with their four-byte lengths in blocks of 1014
// bytes: 1012 of data, then two of 0x40.
type blocker struct {
	f    *file
	fill int
}

func (w *blocker) write(b []byte) {
	for len(b) > 0 {
		n := min(1012-w.fill, len(b))
		w.f.raw(b[:n])
		w.fill, b = w.fill+n, b[n:]
		if w.fill == 1012 {
			w.f.raw([]byte{0x40, 0x40})
			w.fill = 0
		}
	}
}

func (w *blocker) message(m *message) {
	b := m.bytes()
	w.write(binary.BigEndian.AppendUint32(nil, uint32(len(b))))
	w.write(b)
	w.f.rows++
}

// end writes the zero length and pads the last block.
func (w *blocker) end() {
	w.write([]byte{0, 0, 0, 0})
	if w.fill == 0 {
		return
	}
	pad := make([]byte, 1014-w.fill)
	for i := range pad {
		pad[i] = 0x40
	}
	w.f.raw(pad)
}

var merchants = []struct{ name, mcc string }{{"PYATEROCHKA 1842", "5411"}, {"ATB MARKET 311", "5411"}, {"LUKOIL AZS 77", "5541"}, {"OKKO AZS 12", "5541"},
	{"APTEKA 36.6", "5912"}, {"YANDEX GO", "4121"}, {"UKLON", "4121"}, {"OZON", "5311"}, {"ROZETKA", "5732"}, {"SILPO", "5411"}, {"KOFEMANIA", "5814"},
	{"DOM KNIGI", "5942"}, {"CINEMA PARK", "7832"}, {"RZD", "4112"}, {"UKRZALIZNYTSIA", "4112"}, {"M.VIDEO", "5732"}}

// clearingDays is how many daily clearing files are written.
const clearingDays = 3

// writeClearing writes cards/clearing: Mastercard IPM files of the last days,
// EBCDIC, 1014-blocked, presentments (1240) between header and trailer (1644).
func writeClearing(j *job) error {
	b := j.b
	total := b.clients() * b.facts * 25 / 100
	per := total / clearingDays
	for d := range clearingDays {
		date := b.asOf - day(clearingDays-1-d)
		f, err := j.create("in/cards/clearing_" + date.compact() + ".ipm")
		if err != nil {
			return err
		}
		w := &blocker{f: f}
		fileID := "001" + date.compact()[2:] + "00000012345" + string(digits(uint64(d+1), 5))
		w.message(newMessage("1644").fixed(24, "697").lll(48, pds("0105", fileID)+pds("0122", "P")).fixed(71, "00000001"))
		sum, number := uint64(0), 1
		holders := b.crowd(1000+uint64(d), func(f *footprint) bool { return len(f.mastercards()) > 0 })
		for i := range per {
			r := draw(b.seed, topicEvent, 2, uint64(d), uint64(i))
			number++
			sum += b.presentment(j, w, &r, holders, date, d, i, number)
			if err := j.step(d*per+i, total); err != nil {
				return err
			}
		}
		number++
		n := string(digits(uint64(number), 8))
		w.message(newMessage("1644").fixed(24, "695").lll(48, pds("0105", fileID)+pds("0301", string(digits(sum, 16)))+pds("0306", n)).fixed(71, n))
		w.end()
		f.rows -= 2
		if err := j.done(f, "cards/clearing"); err != nil {
			return err
		}
	}
	return nil
}

func (b *bank) presentment(j *job, w *blocker, r *rng, holders *crowd, date day, d, i, number int) uint64 {
	who, number16, country, city := "", pan(binMC, 999_000_000+uint64(r.n(1_000_000))), "RUS", "MOSKVA"
	expires := date.addYears(1)
	if !b.dirty(r, dirtOrphanFact) {
		if fp := holders.pick(r, i); fp != nil {
			c := pick(r, fp.mastercards())
			who, number16, expires = fp.p.id(), c.pan, c.expires
			city = latin(fp.p.hh.addr.city.ru, icao2014)
			if fp.p.hh.country == 'U' {
				country, city = "UKR", latin(fp.p.hh.addr.city.uk, kmu2010)
			}
		}
	}
	m := pick(r, merchants)
	amount := uint64(500 + r.n(3000)*r.n(300))
	code, currency := "000000", "643"
	if country == "UKR" {
		currency = "980"
	}
	function, pds25 := "200", ""
	switch r.n(40) {
	case 0:
		code = "200000" // refund
	case 1:
		pds25 = pds("0025", "R"+date.compact()[2:])
	case 2:
		code = "010000" // cash
	}
	at := date - day(r.n(3))
	y := at.compact()[2:]
	clock := at.at(r.n(86400)).clock()
	hhmmss := clock[0:2] + clock[3:5] + clock[6:8]
	serial := string(digits(uint64(d)*1_000_000_000+uint64(i), 11))
	arn := "0" + "512345" + at.compact()[3:4] + string(digits(uint64(at-dayOf(at.year(), 1, 1)+1), 3)) + serial
	arn += string(luhn([]byte(arn)))
	place := m.name + `\UL LENINA ` + strconv.Itoa(1+r.n(90)) + `\` + city + `\` + string(digits(uint64(r.n(900_000)+100_000), 6)) + "    " + "   " + country
	w.message(newMessage("1240").
		ll(2, number16).fixed(3, code).fixed(4, string(digits(amount, 12))).
		fixed(12, y+hhmmss).fixed(14, expires.compact()[2:6]).fixed(22, "51010151114C").fixed(24, function).
		fixed(26, m.mcc).ll(31, arn).ll(32, "512345").fixed(38, string(digits(uint64(r.n(1_000_000)), 6))).fixed(40, "201").
		fixed(41, "T"+string(digits(uint64(r.n(10_000_000)), 7))).fixed(42, padRight("M"+string(digits(uint64(r.n(100_000_000)), 8)), 15)).
		ll(43, place).lll(48, pds25+pds("0023", "CT6")+pds("0148", currency+"2")+pds("0158", "MCC")).
		fixed(49, currency).lll(63, " MCC"+string(digits(uint64(i), 9))+"   ").
		fixed(71, string(digits(uint64(number), 8))).ll(94, "00000012345"))
	j.fact("cards/clearing", arn, who)
	return amount
}

func padRight(s string, n int) string {
	for len(s) < n {
		s += " "
	}
	return s
}
