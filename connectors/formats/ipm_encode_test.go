package formats

import (
	"encoding/binary"
	"fmt"
	"slices"

	"golang.org/x/text/encoding/charmap"
)

// The encoder of the tests. It shares no code and no table with the reader:
// the kinds of the elements are written again, and EBCDIC comes from charmap.

type wireMessage struct {
	mti string
	de  map[int]string
	icc []byte // DE55
}

// lengths of the prefixes of variable elements; all others are fixed.
var wireLL = []int{2, 31, 32, 33, 35, 43, 45, 93, 94, 95, 100}
var wireLLL = []int{36, 48, 54, 55, 62, 63, 72, 105, 111, 123, 124, 125, 127}

func ebcdic(s string) []byte {
	var out []byte
	for _, r := range s {
		switch r { // cp500, where it is not cp037
		case '[':
			out = append(out, 0x4A)
		case '!':
			out = append(out, 0x4F)
		case ']':
			out = append(out, 0x5A)
		case '^':
			out = append(out, 0x5F)
		case '|':
			out = append(out, 0xBB)
		default:
			b, ok := charmap.CodePage037.EncodeRune(r)
			if !ok {
				panic("no EBCDIC character")
			}
			out = append(out, b)
		}
	}
	return out
}

func asASCII(s string) []byte { return []byte(s) }

func (m wireMessage) encode(text func(string) []byte) []byte {
	bitmap := make([]byte, 16)
	bitmap[0] |= 0x80
	numbers := make([]int, 0, len(m.de)+1)
	for n := range m.de {
		numbers = append(numbers, n)
	}
	if m.icc != nil {
		numbers = append(numbers, 55)
	}
	slices.Sort(numbers)
	var body []byte
	for _, n := range numbers {
		bitmap[(n-1)/8] |= 1 << (7 - (n-1)%8)
		v := text(m.de[n])
		if n == 55 {
			v = m.icc
		}
		switch {
		case slices.Contains(wireLL, n):
			body = append(body, text(fmt.Sprintf("%02d", len(v)))...)
		case slices.Contains(wireLLL, n):
			body = append(body, text(fmt.Sprintf("%03d", len(v)))...)
		}
		body = append(body, v...)
	}
	return slices.Concat(text(m.mti), bitmap, body)
}

func wireFile(text func(string) []byte, messages ...wireMessage) []byte {
	var out []byte
	for _, m := range messages {
		b := m.encode(text)
		out = binary.BigEndian.AppendUint32(out, uint32(len(b)))
		out = append(out, b...)
	}
	return append(out, 0, 0, 0, 0)
}

func wireBlocks(data []byte) []byte {
	var out []byte
	for len(data) > 0 {
		n := min(1012, len(data))
		block := make([]byte, 0, 1014)
		block = append(block, data[:n]...)
		for len(block) < 1014 {
			block = append(block, 0x40)
		}
		out = append(out, block...)
		data = data[n:]
	}
	return out
}

func pds(pairs ...string) string {
	s := ""
	for i := 0; i < len(pairs); i += 2 {
		s += fmt.Sprintf("%s%03d%s", pairs[i], len(pairs[i+1]), pairs[i+1])
	}
	return s
}

const testFileID = "0022601310000001234500001" // type 002, 2026-01-31

func wireHeader() wireMessage {
	return wireMessage{mti: "1644", de: map[int]string{24: "697", 48: pds("0105", testFileID, "0122", "P"), 71: "00000001"}}
}

func wireTrailer(messages int, sum int64) wireMessage {
	return wireMessage{mti: "1644", de: map[int]string{24: "695", 71: fmt.Sprintf("%08d", messages),
		48: pds("0105", testFileID, "0301", fmt.Sprintf("%016d", sum), "0306", fmt.Sprintf("%08d", messages))}}
}

const testPAN = "5100000000000016"

func wirePurchase(i int) wireMessage {
	return wireMessage{
		mti: "1240",
		de: map[int]string{
			2: testPAN, 3: "000000", 4: fmt.Sprintf("%012d", 1999+i), 12: "260131235959", 22: "510101511344", 24: "200", 26: "5411",
			31: "05123456031000000000" + fmt.Sprintf("%03d", i%1000), 37: fmt.Sprintf("%012d", i), 38: "A1B2C3", 40: "201", 41: "TERM0001", 42: "MERCHANT0000001",
			43: `CAFE "LUNA"\MAIN ST 1\TALLINN\10111        EST`, 48: pds("0023", "CT6", "0148", "9782", "0158", "MCC1[2]!"), 49: "978", 71: fmt.Sprintf("%08d", i+2),
			94: "00000012345",
		},
		icc: []byte{0x9F, 0x26, 0x02, 0xAB, 0x40, 0x82, 0x02, 0x58, 0x00},
	}
}
