package demobank

import (
	"strconv"
	"strings"
)

// writePages writes web/pages: a WARC file of crawled pages with JSON-LD.
// Private masters offer their services, companies show their directors.
func writePages(j *job) error {
	b := j.b
	f, err := j.create("in/web/pages_" + b.asOf.iso() + ".warc")
	if err != nil {
		return err
	}
	w := &warcWriter{f: f, at: b.asOf.at(3 * 3600)}
	w.record("warcinfo", "", "application/warc-fields", "software: demo bank\r\nformat: WARC File Format 1.1\r\n")
	err = j.people(topicOrder+8, func(fp *footprint, _ *rng) {
		if fp.page {
			b.masterPage(j, w, fp.p)
		}
	})
	if err != nil {
		return err
	}
	for i := range b.orgs {
		if o := b.org(i); o.page && !o.trader {
			b.companyPage(j, w, o)
		}
	}
	f.rows = w.parties
	return j.done(f, "web/pages")
}

// warcWriter writes WARC 1.1 records, uncompressed, so that a position in the
// file can be looked up with any editor.
type warcWriter struct {
	f       *file
	at      moment
	n       uint64
	parties int
}

func (w *warcWriter) record(kind, uri, contentType, body string) {
	w.n++
	h := "WARC/1.1\r\nWARC-Type: " + kind + "\r\nWARC-Date: " + w.at.iso("Z") +
		"\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-" + string(digits(w.n, 12)) + ">\r\n"
	if uri != "" {
		h += "WARC-Target-URI: " + uri + "\r\n"
	}
	h += "Content-Type: " + contentType + "\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
	w.f.raw([]byte(h + body + "\r\n\r\n"))
	w.at += 2
}

// page writes a response record with one HTML page that carries JSON-LD.
func (w *warcWriter) page(uri, title, ld string) {
	html := "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>" + title + "</title>\n<script type=\"application/ld+json\">\n" + ld +
		"\n</script></head>\n<body><h1>" + title + "</h1></body></html>\n"
	w.record("response", uri, "application/http; msgtype=response",
		"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "+strconv.Itoa(len(html))+"\r\n\r\n"+html)
}

var trades = []struct{ ru, uk string }{{"электрик", "електрик"}, {"репетитор английского", "репетитор англійської"}, {"фотограф", "фотограф"},
	{"мастер по ремонту", "майстер з ремонту"}, {"парикмахер", "перукар"}, {"юрист", "юрист"}, {"бухгалтер", "бухгалтер"}}

func (b *bank) masterPage(j *job, w *warcWriter, p *person) {
	r := draw(b.seed, topicPage, p.n)
	uk := p.hh.country == 'U' && !p.hh.speaksRu
	n := b.names(&r, p, uk, false, false)
	name, trade := n.given+" "+n.surname, pick(&r, trades)
	job, town := trade.ru, p.hh.addr.city.ru
	if uk {
		job, town = trade.uk, p.hh.addr.city.uk
	}
	uri := "https://masters.example/m/" + string(digits(permute(b.seed, topicPage, p.n, 1_000_000_000), 9))
	phone := writePhone(p.mobile, r.n(phoneStyles), 'R')
	mail := p.email()
	if r.p(0.5) {
		mail = ""
	}
	ld := ldObject("https://schema.org", "Person", uri+"#me", "name", name, "jobTitle", job, "telephone", phone, "email", mail, "url", uri)
	ld = ld[:len(ld)-1] + `, "address": ` + ldObject("", "PostalAddress", "", "addressLocality", town, "addressCountry", country(p.hh.country)) + "}"
	w.page(uri, name, ld)
	w.parties++
	j.record("web", "pages", uri+"#me", p.id())
}

// country is the two-letter code of a household's country.
func country(c byte) string {
	if c == 'U' {
		return "UA"
	}
	return "RU"
}

func (b *bank) companyPage(j *job, w *warcWriter, o *org) {
	r := draw(b.seed, topicPage, o.i, 1)
	uk := o.country == 'U' && !r.p(0.2)
	uri := "https://" + o.domain + ".example/"
	name, person, title := o.name(&r, uk), o.director.given.ru+" "+o.director.surnameRu(false), "директор"
	if uk {
		person = o.director.given.uk + " " + o.director.surnameUk(false)
	}
	tax, code := o.inn, o.edrpou
	if r.p(0.4) {
		tax, code = "", ""
	}
	town := o.addr.city.ru
	if uk && o.country == 'U' {
		town = o.addr.city.uk
	}
	street := strings.TrimPrefix(o.addr.line(uk, addressShort), town+", ")
	boss := ldObject("", "Person", uri+"#director", "name", person, "jobTitle", title, "telephone", writePhone(o.director.mobile, r.n(phoneStyles), 'R'))
	ld := ldObject("https://schema.org", "Organization", uri+"#org", "name", name, "url", uri, "taxID", tax, "identifier", code,
		"telephone", writePhone(o.phone, r.n(phoneStyles), 'R'), "email", "info@"+o.domain)
	ld = ld[:len(ld)-1] + `, "employee": ` + boss +
		`, "address": ` + ldObject("", "PostalAddress", "", "postalCode", o.addr.postcode, "addressLocality", town, "streetAddress", street) + "}"
	w.page(uri, htmlText(name), ld)
	w.parties += 2
	j.record("web", "pages", uri+"#org#company", o.id())
	j.record("web", "pages", uri+"#director", o.director.id())
}

// ldObject writes a JSON-LD object; empty values are left out.
func ldObject(context, kind, id string, pairs ...string) string {
	var b []byte
	add := func(k, v string) {
		if v == "" {
			return
		}
		if b == nil {
			b = append(b, '{')
		} else {
			b = append(b, ", "...)
		}
		b = append(appendJSON(b, k), ": "...)
		b = appendJSON(b, v)
	}
	add("@context", context)
	add("@type", kind)
	add("@id", id)
	for i := 0; i+1 < len(pairs); i += 2 {
		add(pairs[i], pairs[i+1])
	}
	return string(append(b, '}'))
}

// htmlText escapes a text for HTML.
func htmlText(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch s[i] {
		case '<':
			out = append(out, "&lt;"...)
		case '&':
			out = append(out, "&amp;"...)
		case '"':
			out = append(out, "&quot;"...)
		default:
			out = append(out, s[i])
		}
	}
	return string(out)
}
