package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// errEnd ends the WARC file of a crawl.
var errEnd = io.EOF

// maxLinks is how many links of a page are taken.
const maxLinks = 2000

// pageMarks is what a page says to crawlers.
type pageMarks struct {
	links             []string
	noindex, nofollow bool
}

// readMarks takes links (without rel=nofollow) and robots directives from HTML.
func readMarks(page []byte, base *url.URL) (m pageMarks) {
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return m
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		name, more := z.TagName()
		tag := string(name)
		if tag != "a" && tag != "meta" && tag != "base" {
			continue
		}
		attr := map[string]string{}
		for more {
			var k, v []byte
			k, v, more = z.TagAttr()
			attr[string(k)] = string(v)
		}
		switch {
		case tag == "base":
			if u, err := base.Parse(attr["href"]); err == nil {
				base = u
			}
		case tag == "meta" && strings.EqualFold(attr["name"], "robots"):
			m.directives(attr["content"])
		case tag == "a" && attr["href"] != "" && len(m.links) < maxLinks && !strings.Contains(strings.ToLower(attr["rel"]), "nofollow"):
			u, err := base.Parse(strings.TrimSpace(attr["href"]))
			if err != nil {
				continue
			}
			if l, ok := normal(u); ok {
				m.links = append(m.links, l)
			}
		}
	}
}

func (m *pageMarks) directives(content string) {
	for _, d := range strings.FieldsFunc(strings.ToLower(content), func(r rune) bool { return r == ',' || r == ' ' }) {
		switch d {
		case "none":
			m.noindex, m.nofollow = true, true
		case "noindex":
			m.noindex = true
		case "nofollow":
			m.nofollow = true
		}
	}
}

// headers reads X-Robots-Tag; directives for one named robot only are passed over.
func (m *pageMarks) headers(h http.Header) {
	for _, v := range h.Values("X-Robots-Tag") {
		if !strings.Contains(v, ":") {
			m.directives(v)
		}
	}
}

// record appends a WARC record to the file. Its id comes from its content, so
// equal crawls are equal files.
func (cr *crawl) record(kind, uri, content, block string) {
	sum := sha256.Sum256([]byte(kind + "\n" + uri + "\n" + cr.now.UTC().Format(time.RFC3339) + "\n" + block))
	id := hex.EncodeToString(sum[:16])
	b := append(cr.buf, "WARC/1.1\r\nWARC-Type: "+kind+"\r\nWARC-Record-ID: <urn:uuid:"+id[:8]+"-"+id[8:12]+"-"+id[12:16]+"-"+id[16:20]+"-"+id[20:]+">\r\n"...)
	b = append(b, "WARC-Date: "+cr.now.UTC().Format(time.RFC3339)+"\r\n"...)
	if uri != "" {
		b = append(b, "WARC-Target-URI: "+uri+"\r\n"...)
	}
	b = append(b, "Content-Type: "+content+"\r\nContent-Length: "+strconv.Itoa(len(block))+"\r\n\r\n"...)
	b = append(b, block...)
	cr.buf = append(b, "\r\n\r\n"...)
}
