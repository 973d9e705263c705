package transforms

import (
	"strings"

	"clientbase/schemas"
)

const addressID = "address@4"

// Address is a Russian or Ukrainian address taken apart. Parts carry their
// type ("ул. Ленина"); City is the bare name. What the grammar does not
// understand is in Rest, never dropped.
type Address struct {
	Postcode, Country, Region, District, City, Settlement, Area, Street, House, Flat, Entrance, POBox string // Entrance holds floor and intercom too
	Rest                                                                                              string
	Line                                                                                              string // canonical line, Rest last
	Status                                                                                            schemas.Status
	Reason                                                                                            schemas.Reason
	cityType                                                                                          string
	far                                                                                               bool // in a country that the grammar does not know
	assumed                                                                                           bool
	postcodeLo, postcodeHi, cityLo, cityHi                                                            int
}

type addrToken struct {
	text, fold string
	lo, hi     int
	digit      bool // starts with a digit
	dot        bool
	typed      bool        // a type word: word says which
	word       addressWord // in the language of the address
}

// ParseAddress reads one address line; region is the country whose postcodes
// and abbreviations are meant (RU, UA).
func ParseAddress(cell, region string) Address {
	p := addrParser{str: maker{block: make([]byte, 0, 2*len(cell)+64)}}
	return *p.parse(cell, region)
}

// parse reads an address in the parser's memory: what it gives holds until the
// next one.
func (p *addrParser) parse(cell, region string) *Address {
	p.Address, p.rest, p.folds, p.loneK = Address{}, p.rest[:0], p.folds[:0], false
	s := cell
	if p.clean = isCleanText(cell); !p.clean {
		s = cleanText(cell)
	}
	if s == "" {
		return p.settled(Address{Status: schemas.Empty})
	}
	if r, junk := junkText(s); junk {
		return p.settled(Address{Status: schemas.Junk, Reason: r})
	}
	if len(s) > 600 {
		return p.settled(Address{Status: schemas.Invalid, Reason: schemas.BadLength})
	}
	signs := addressSigns(s)
	if !signs.cyrillic || !p.clean {
		meant, why := meantText(cell, addressLike)
		if why == 0 && s != cell {
			meant, why = meantText(s, addressLike)
		}
		if why != 0 && meant != cell && meant != s {
			a := p.parse(meant, region)
			if a.Status == schemas.OK {
				a.Status, a.Reason = schemas.Corrected, why
			}
			a.postcodeHi, a.cityHi = 0, 0 // no place in the cell
			return a
		}
	}
	if !signs.cyrillic { // other countries' addresses pass through
		if !hasLetter(s) {
			return p.settled(Address{Rest: s, Status: schemas.Ambiguous, Reason: schemas.Unparsed})
		}
		return p.settled(Address{Rest: s, Line: s, Status: schemas.OK, Reason: schemas.NotChecked})
	}
	p.uk = strings.EqualFold(region, "UA") || signs.ukrainian
	s = cutAddressLabel(s)
	for lo := 0; lo < len(s); {
		hi := lo
		for hi < len(s) && (s[hi] > ';' || s[hi] != ',' && s[hi] != ';' && s[hi] != '(' && s[hi] != ')') {
			hi++
		}
		p.tokens = addrTokens(p.tokens[:0], &p.folds, s, lo, hi)
		tokens := mergeTokens(p.tokens)
		for k := range tokens {
			if t := &tokens[k]; !t.digit {
				t.word, t.typed = addressWordOf(t.fold, p.uk)
			}
		}
		if lo > 0 && s[lo-1] == '(' && p.aside(tokens, s) {
			lo = hi + 1
			continue
		}
		p.chunk(tokens, s)
		lo = hi + 1
	}
	a := p.finish(s)
	if a.Status == schemas.OK && !p.again && (hasInitial(a.Line) || oddSigns(s)) {
		// A line that would be read otherwise from its own canonical form was not understood.
		q := addrParser{again: true, str: maker{block: make([]byte, 0, 2*len(a.Line)+64)}}
		if b := q.parse(a.Line, region); b.Line != a.Line || !b.Status.Usable() {
			a.Status, a.Reason = schemas.Assumed, schemas.Abbreviation
		}
	}
	return a
}

// oddSigns reports a sign that parts words and that addresses seldom have.
func oddSigns(s string) bool {
	for _, r := range s {
		switch {
		case r == ' ' || r == '.' || r == ',' || r == '-' || r == '/' || r == '(' || r == ')' || r == '"' || r == '«' || r == '»' || r == '№' || r == ';' || r == '\'' || r == 'ʼ' || r == '’' || r >= '0' && r <= '9' || isLetter(r):
		default:
			return true
		}
	}
	return false
}

// hasInitial reports a capital letter with a full stop, which may be a name's or
// a type's.
func hasInitial(line string) bool {
	prev, single := rune(' '), false
	for _, r := range line {
		if r == '.' && single {
			return true
		}
		single = prev == ' ' && isLetter(r) && isUpper(r)
		prev = r
	}
	return false
}

// settled is the answer for a cell that needs no grammar.
func (p *addrParser) settled(a Address) *Address {
	p.Address = a
	return &p.Address
}

func (p *addrParser) finish(s string) *Address {
	a := &p.Address
	a.Rest = strings.Join(p.rest, ", ")
	if a.far {
		return p.settled(Address{Country: a.Country, Rest: s, Line: s, Status: schemas.OK, Reason: schemas.NotChecked, far: true})
	}
	if a.City != "" && a.cityType == "" {
		a.cityType = "г."
		if p.uk {
			a.cityType = "м."
		}
	}
	known := 0
	line := p.line[:0]
	for k, v := range [...]*string{&a.Postcode, &a.Country, &a.Region, &a.District, &a.City, &a.Settlement, &a.Area, &a.Street, &a.House, &a.Flat, &a.Entrance, &a.POBox} {
		if *v == "" {
			continue
		}
		if known > 0 {
			line = append(line, ", "...)
		}
		if k == 4 {
			line = append(append(line, a.cityType...), ' ')
		}
		line = append(line, *v...)
		known++
	}
	p.line = line
	if known == 0 && sameAddress(s) {
		return p.settled(Address{Rest: s, Status: schemas.Ambiguous, Reason: schemas.Unparsed})
	}
	if known == 0 {
		a.Rest, a.Line, a.Status, a.Reason = s, s, schemas.Assumed, schemas.Unparsed
		return a
	}
	if a.Rest != "" {
		line = append(append(line, ", "...), a.Rest...)
	}
	a.Line = p.str.keep(s, line)
	a.Status, a.Reason = schemas.OK, schemas.Normalised
	switch {
	case a.Rest != "":
		a.Status, a.Reason = schemas.Assumed, schemas.PartlyParsed
	case p.assumed, p.loneK && a.Flat == "":
		a.Status, a.Reason = schemas.Assumed, schemas.Abbreviation
	case a.usesOldName():
		a.Reason = schemas.RenamedObject
	case a.Line == s:
		a.Reason = schemas.Unchanged
	}
	return a
}

// Level is how far an address reaches: flat, house, street, place (a city, a
// settlement or a part of one), district, region, country, po_box, foreign (a
// country that the grammar does not know), or "" when nothing was understood.
// It says nothing about whether a register knows the place.
func (a *Address) Level() string {
	switch {
	case a.far:
		return "foreign"
	case a.Flat != "" && a.House != "":
		return "flat"
	case a.House != "" && (a.Street != "" || a.Area != "" || a.Settlement != ""):
		return "house"
	case a.POBox != "":
		return "po_box"
	case a.Street != "":
		return "street"
	case a.City != "" || a.Settlement != "" || a.Area != "":
		return "place"
	case a.District != "":
		return "district"
	case a.Region != "":
		return "region"
	case a.Country != "":
		return "country"
	}
	return ""
}

// addressParts is what one record's address gives to other attributes.
type addressParts struct {
	postcode, city                         string
	status                                 schemas.Status
	reason                                 schemas.Reason
	postcodeLo, postcodeHi, cityLo, cityHi int32
	raw                                    schemas.Cell
	clean                                  bool // the spans are those of the raw text
}

// addressRule writes addresses in canonical form, and postcode and city from
// the address where the source did not give them. It runs after the rules that
// copy what the source gave; each cell is parsed once.
func addressRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "address", Version: 4, Doc: "takes an address apart and writes it in one form; what it cannot read stays at the end; gives postcode and city where the source gives none"}
	attrs := attrsOf(d, schemas.KindAddress)
	for _, a := range attrs {
		r.Reads, r.Writes = append(r.Reads, a.ID), append(r.Writes, a.ID)
	}
	var derived []string
	if _, ok := d.Attr("address"); ok {
		for _, id := range []string{"postcode", "city"} {
			if _, ok := d.Attr(id); ok {
				derived = append(derived, id)
			}
		}
	}
	r.Reads, r.Writes = append(r.Reads, derived...), append(r.Writes, derived...)
	r.Apply = func(b *schemas.Batch, m *Model) error {
		var parts []addressParts
		if b.In["address"] != nil && len(derived) > 0 {
			parts = make([]addressParts, b.Rows)
		}
		for _, a := range attrs {
			var keep []addressParts
			if a.ID == "address" {
				keep = parts
			}
			if err := column(b, m, a, addressCells(keep)); err != nil {
				return err
			}
		}
		if parts != nil {
			for _, id := range derived {
				fillFromAddress(b, id, parts)
			}
		}
		return nil
	}
	return r
}

// addressCells judges addresses and keeps the parts of each record's first one
// in parts; nil keeps none.
func addressCells(parts []addressParts) cellFunc {
	last := -1
	var p addrParser
	return func(c *cell, out []Result) []Result {
		if n := len(out); strings.IndexByte(c.text, ';') >= 0 || strings.IndexByte(c.text, '\n') >= 0 || labelAt(c.text, 1) > 0 {
			if out = manyAddresses(c, &p, out); len(out) > n {
				if parts != nil && c.row != last {
					last = c.row
					a := p.parse(c.text[out[n].Lo:out[n].Hi], c.region)
					parts[c.row] = addressParts{postcode: a.Postcode, city: a.City, status: a.Status, reason: a.Reason, raw: c.raw}
				}
				return out
			}
		}
		a := p.parse(c.text, c.region)
		if parts != nil && c.row != last {
			last = c.row
			parts[c.row] = addressParts{a.Postcode, a.City, a.Status, a.Reason, int32(a.postcodeLo), int32(a.postcodeHi), int32(a.cityLo), int32(a.cityHi), c.raw, p.clean}
		}
		return append(out, Result{Out: a.Line, Status: a.Status, Reason: a.Reason, Rule: addressID, Class: a.Level()})
	}
}

// manyAddresses parts a cell at semicolons and line breaks when every part is an
// address by itself; it appends nothing otherwise.
func manyAddresses(c *cell, p *addrParser, out []Result) []Result {
	n, lo := len(out), 0
	for lo <= len(c.text) {
		hi := len(c.text)
		if i := strings.IndexAny(c.text[lo:], ";\n"); i >= 0 {
			hi = lo + i
		}
		label := labelAt(c.text[:hi], lo+1)
		for label > 0 && cutLabelWords(c.text[lo:label]) == "" { // "фактически проживает"
			label = labelAt(c.text[:hi], label+1)
		}
		if label > 0 {
			hi = label
		}
		if part := c.text[lo:hi]; strings.TrimSpace(part) != "" {
			a := p.parse(part, c.region)
			if !a.Status.Usable() || a.House == "" || a.Street == "" && a.Settlement == "" && a.Area == "" {
				return out[:n]
			}
			r := Result{Out: a.Line, Status: a.Status, Reason: a.Reason, Rule: addressID, Lo: lo, Hi: hi, Class: a.Level()}
			if a.Status == schemas.OK {
				r.Reason = schemas.Split
			}
			out = append(out, r)
		}
		if lo = hi + 1; hi == label {
			lo = hi
		}
	}
	if len(out)-n < 2 {
		return out[:n]
	}
	return out
}

// fillFromAddress gives postcode or city to records that have none.
func fillFromAddress(b *schemas.Batch, attr string, parts []addressParts) {
	chain := b.Chain("address_parts@4")
	fill(b, attr, func(i int) (schemas.Cell, bool) {
		p := &parts[i]
		v, lo, hi := p.city, p.cityLo, p.cityHi
		if attr == "postcode" {
			v, lo, hi = p.postcode, p.postcodeLo, p.postcodeHi
		}
		if v == "" || !p.status.Usable() {
			return schemas.Cell{}, false
		}
		c := schemas.Cell{Value: v, Status: p.status, Reason: p.reason, Chain: chain, Field: p.raw.Field, Lo: p.raw.Lo, Hi: p.raw.Hi}
		if hi > 0 && p.clean {
			c.Lo, c.Hi = p.raw.Lo+lo, p.raw.Lo+hi
		}
		return c, true
	})
}
