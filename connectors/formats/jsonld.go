package formats

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// LDScript is one JSON-LD script of a page.
type LDScript struct {
	Lo, Hi  int      // bytes of its text in the page
	Repairs []string // named steps that made it JSON, see parseLD
	Err     string   // why it is not JSON even so; "" = it is. Never quotes it.
	ErrAt   int      // byte of the script
	values  []ldNode
	same    bool // values' spans are bytes of the page (its text needed no decoding)
}

// LDScripts takes the JSON-LD scripts out of an HTML page. contentType is the
// HTTP header, whose charset wins over the page's own.
func LDScripts(page []byte, contentType string) []LDScript {
	var out []LDScript
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(warcMaxPayload)
	at, inside := 0, false
	for {
		tt := z.Next()
		if tt == html.ErrorToken {
			return out
		}
		lo := at
		at += len(z.Raw())
		switch tt {
		case html.StartTagToken:
			inside = isLDTag(z)
		case html.TextToken:
			if inside {
				s := LDScript{Lo: lo, Hi: at}
				s.parse(page[lo:at], page, contentType)
				out = append(out, s)
			}
			inside = false
		default:
			inside = false
		}
	}
}

// LDDocument reads a page that is JSON-LD itself.
func LDDocument(page []byte) LDScript {
	s := LDScript{Hi: len(page)}
	s.parse(page, page, "application/ld+json; charset=utf-8")
	return s
}

func isLDTag(z *html.Tokenizer) bool {
	name, more := z.TagName()
	if string(name) != "script" {
		return false
	}
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		if string(k) == "type" {
			t, _, _ := strings.Cut(strings.ToLower(string(v)), ";")
			return strings.TrimSpace(t) == "application/ld+json"
		}
	}
	return false
}

func (s *LDScript) parse(text, page []byte, contentType string) {
	s.same = true
	if !utf8.Valid(text) { // text that is valid UTF-8 is that, whatever the page declares
		if e, name, _ := charset.DetermineEncoding(page[:min(len(page), 1024)], contentType); name != "utf-8" {
			if t, err := io.ReadAll(e.NewDecoder().Reader(bytes.NewReader(text))); err == nil {
				text, s.same = t, false
			}
		}
	}
	values, repairs, err := parseLD(text)
	s.values, s.Repairs = values, repairs
	if e, ok := err.(*ldError); ok {
		s.Err, s.ErrAt = e.msg, e.at
	}
}

// LDParty is a person, an organisation or a bank account found in JSON-LD,
// flattened to the columns of LDColumns. Several values of a column are joined with "; ".
type LDParty struct {
	Values []string // beside LDColumns; "" = not given
	Lo, Hi int      // bytes of the page that hold the object (the script when its text was decoded)
}

// LDColumns are the columns of a party, in order:
//
//	type      Person, Organization or BankAccount
//	subtype   the schema.org type as it stands (LocalBusiness, Corporation, …)
//	id        @id resolved against the page, else the page and the party's number in it
//	address   an address that is given as one text; a PostalAddress goes to
//	          street, locality, region, postcode, country
//	page      address of the page; fetched_at when it was fetched (UTC)
//	repairs   steps that made the script readable
func LDColumns() []string {
	return []string{"type", "subtype", "id", "name", "given_name", "additional_name", "family_name", "legal_name", "alternate_name",
		"tax_id", "vat_id", "identifier", "telephone", "email", "url", "same_as", "job_title", "works_for", "birth_date", "gender",
		"address", "street", "locality", "region", "postcode", "country", "page", "fetched_at", "repairs"}
}
