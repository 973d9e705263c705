package formats

import (
	"slices"
	"strconv"
	"time"
)

// put appends a value to the arena for column i; bytes [lo,hi) of the message hold it.
func (r *ipmReader) put(i int, lo, hi int, add func(dst []byte) []byte) {
	from := len(r.arena)
	r.arena = add(r.arena)
	for len(r.arena) > from && r.arena[len(r.arena)-1] == ' ' {
		r.arena = r.arena[:len(r.arena)-1]
	}
	r.cuts[i] = [2]int{from, len(r.arena)}
	r.fields[i].Off, r.fields[i].End = r.f.pos(lo, hi)
}

// fill makes the fields of the current message.
func (r *ipmReader) fill() {
	r.arena = r.arena[:0]
	none := r.f.fileAt(r.f.msgAt)
	for i := range r.cuts {
		r.cuts[i] = [2]int{-1, -1}
		r.fields[i] = Field{Null: true, Off: none, End: none}
	}
	text := func(s string) func([]byte) []byte {
		return func(dst []byte) []byte { return append(dst, s...) }
	}
	set := func(name string, lo, hi int, s string) {
		if s != "" {
			r.put(r.index[name], lo, hi, text(s))
		}
	}
	span := make([][2]int, 129)
	at := ipmMinMessage
	for de := 2; de <= 128; de++ {
		v := r.m.elem[de]
		if v == nil {
			continue
		}
		switch ipmTable[de].kind {
		case ipmLL:
			at += 2
		case ipmLLL:
			at += 3
		}
		span[de] = [2]int{at, at + len(v)}
		at += len(v)
		i := r.column[de]
		if i < 0 {
			continue
		}
		r.put(i, span[de][0], span[de][1], func(dst []byte) []byte {
			switch de {
			case 2:
				return append(dst, r.m.pan...)
			case 12:
				return appendLocalTime(dst, r.page, v)
			case 55:
				for _, b := range v {
					dst = append(dst, "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
				}
				return dst
			}
			return r.page.AppendText(dst, v)
		})
	}
	set("mti", 0, 4, r.m.mti)
	if v := r.m.elem[43]; v != nil {
		text := r.page.Text(v)
		p, ok := splitPlace(text)
		if !ok {
			r.odd43++
		}
		lo, hi := span[43][0], span[43][1]
		set("merchant_name", lo, hi, p.name)
		set("merchant_address", lo, hi, p.address)
		set("merchant_city", lo, hi, p.city)
		set("merchant_postcode", lo, hi, p.postcode)
		set("merchant_state", lo, hi, p.state)
		set("merchant_country", lo, hi, p.country)
	}
	reversal := false
	if v, ok := r.m.pdsValue("0025"); ok && len(v) > 0 {
		if c := r.page.Rune(v[0]); c == 'R' {
			reversal = true
			set("reversal", 0, 0, "R")
		}
	}
	if v := r.m.elem[4]; v != nil {
		e := r.m.exponent(r.page, r.page.Text(r.m.elem[49]))
		lo, hi := span[4][0], span[4][1]
		set("amount_exponent", lo, hi, strconv.Itoa(e))
		set("signed_amount", lo, hi, signedAmount(r.m.mti, r.page.Text(r.m.elem[3]), r.page.Text(v), e, reversal))
	}
	if len(r.m.pds) > 0 {
		r.put(r.index["pds"], 0, 0, r.appendPDS)
	}
	if len(r.fileID) > 0 {
		set("file_id", 0, 0, string(r.fileID))
	}
	for i, c := range r.cuts {
		if c[0] >= 0 {
			r.fields[i].Null = false
			r.fields[i].Value = r.arena[c[0]:c[1]:c[1]]
		}
	}
}

// appendPDS writes the subfields as a JSON object in the order of the message;
// the values of a repeated tag become an array.
func (r *ipmReader) appendPDS(dst []byte) []byte {
	dst = append(dst, '{')
	for i, p := range r.m.pds {
		same := func(q ipmPDSField) bool { return q.tag == p.tag }
		if slices.ContainsFunc(r.m.pds[:i], same) {
			continue
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), p.tag...), '"', ':')
		again := slices.ContainsFunc(r.m.pds[i+1:], same)
		if again {
			dst = append(dst, '[')
		}
		dst = appendJSONText(dst, r.page, p.value)
		for _, q := range r.m.pds[i+1:] {
			if q.tag == p.tag {
				dst = appendJSONText(append(dst, ','), r.page, q.value)
			}
		}
		if again {
			dst = append(dst, ']')
		}
	}
	return append(dst, '}')
}

func appendJSONText(dst []byte, page CodePage, b []byte) []byte {
	dst = append(dst, '"')
	for i := range b {
		switch c := page.Rune(b[i]); {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', byte(c))
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		default:
			dst = page.AppendText(dst, b[i:i+1])
		}
	}
	return append(dst, '"')
}

// appendLocalTime writes YYMMDDhhmmss as 20YY-MM-DD hh:mm:ss; a value that is no
// such time stays as it is.
func appendLocalTime(dst []byte, page CodePage, v []byte) []byte {
	from := len(dst)
	dst = page.AppendText(dst, v)
	if t, err := time.Parse("060102150405", string(dst[from:])); err == nil {
		if t.Year() < 2000 {
			t = t.AddDate(100, 0, 0) // Go reads 69–99 as 19xx; IPM is younger than that
		}
		return t.AppendFormat(dst[:from], "2006-01-02 15:04:05")
	}
	return dst
}
