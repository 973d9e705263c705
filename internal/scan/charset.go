package scan

import "strings"

// Charset names how bytes hold text. The values are the words used in sources/*.yaml.
type Charset string

// Charsets that can be decoded, and Opaque for bytes that hold no readable text
// (compressed containers).
const (
	ASCII    Charset = "ascii"
	UTF8     Charset = "utf-8"
	UTF16LE  Charset = "utf-16le"
	UTF16BE  Charset = "utf-16be"
	CP1251   Charset = "cp1251"
	CP866    Charset = "cp866"
	KOI8R    Charset = "koi8-r"
	KOI8U    Charset = "koi8-u"
	ISO88595 Charset = "iso-8859-5"
	MacCyr   Charset = "mac-cyrillic"
	CP1252   Charset = "cp1252" // Western European
	CP500    Charset = "cp500"  // EBCDIC: cards are found in it; decoding is done by the card formats
	CP037    Charset = "cp037"
	Opaque   Charset = "opaque"
)

// Declarable lists the charsets that a source may declare for text files.
func Declarable() []Charset {
	return []Charset{UTF8, CP1251, CP866, KOI8R, KOI8U, ISO88595, MacCyr, CP1252, UTF16LE, UTF16BE, ASCII}
}

// ParseCharset reads a charset name with its usual aliases ("windows-1251",
// "win-1251", "ibm866", "dos", "utf8"). ok is false for unknown names.
func ParseCharset(name string) (cs Charset, ok bool) {
	n := strings.ToLower(strings.TrimSpace(name))
	for _, c := range Declarable() {
		if n == string(c) {
			return c, true
		}
	}
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(n) {
	case "utf8", "utf8bom", "utf8sig":
		return UTF8, true
	case "usascii", "ansi_x3.41968":
		return ASCII, true
	case "windows1251", "win1251", "1251", "cp1251":
		return CP1251, true
	case "866", "ibm866", "dos866", "dos", "oem866", "cp866":
		return CP866, true
	case "koi8r", "koi8":
		return KOI8R, true
	case "koi8u":
		return KOI8U, true
	case "iso88595", "88595":
		return ISO88595, true
	case "maccyrillic", "xmaccyrillic", "mac", "cp10007":
		return MacCyr, true
	case "utf16", "utf16le", "ucs2":
		return UTF16LE, true
	case "utf16be":
		return UTF16BE, true
	case "windows1252", "win1252", "1252", "latin1", "iso88591":
		return CP1252, true
	case "cp500", "ibm500":
		return CP500, true
	case "cp037", "ibm037", "cp37":
		return CP037, true
	}
	return "", false
}
