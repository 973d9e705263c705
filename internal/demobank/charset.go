package demobank

// charset names an encoding of the extracts. The tables are written out here,
// apart from the readers that the files are to test.
type charset int

const (
	utf8Text charset = iota
	cp1251
	koi8u
)

// encode appends s in the charset; a character that the charset lacks becomes '?'.
func (c charset) encode(dst []byte, s string) []byte {
	if c == utf8Text {
		return append(dst, s...)
	}
	for _, r := range s {
		if r < 0x80 {
			dst = append(dst, byte(r))
			continue
		}
		var b byte
		if c == cp1251 {
			b = cp1251Byte(r)
		} else {
			b = koi8uByte(r)
		}
		if b == 0 {
			b = '?'
		}
		dst = append(dst, b)
	}
	return dst
}

func cp1251Byte(r rune) byte {
	switch {
	case r >= 'А' && r <= 'я':
		return byte(r - 'А' + 0xC0)
	case r == 'Ё':
		return 0xA8
	case r == 'ё':
		return 0xB8
	case r == 'І':
		return 0xB2
	case r == 'і':
		return 0xB3
	case r == 'Ї':
		return 0xAF
	case r == 'ї':
		return 0xBF
	case r == 'Є':
		return 0xAA
	case r == 'є':
		return 0xBA
	case r == 'Ґ':
		return 0xA5
	case r == 'ґ':
		return 0xB4
	case r == '«':
		return 0xAB
	case r == '»':
		return 0xBB
	case r == '№':
		return 0xB9
	case r == '’':
		return 0x92
	}
	return 0
}

var koi8Lower = []rune("юабцдефгхийклмнопярстужвьызшэщчъ")

var koi8Index = func() map[rune]byte {
	m := map[rune]byte{'ё': 0xA3, 'є': 0xA4, 'і': 0xA6, 'ї': 0xA7, 'ґ': 0xAD, 'Ё': 0xB3, 'Є': 0xB4, 'І': 0xB6, 'Ї': 0xB7, 'Ґ': 0xBD}
	for i, r := range koi8Lower {
		m[r] = byte(0xC0 + i)
		m[r-'а'+'А'] = byte(0xE0 + i)
	}
	return m
}()

func koi8uByte(r rune) byte { return koi8Index[r] }
