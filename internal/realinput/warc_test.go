package realinput

import (
	"fmt"
	"strings"
)

// warcOf writes an archive by hand: a warcinfo record and a response for every
// page, at https://site.example/0, /1, …
func warcOf(pages ...string) string {
	var b strings.Builder
	record := func(kind, head, body string) {
		fmt.Fprintf(&b, "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Date: 2026-09-01T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\n%sContent-Length: %d\r\n\r\n%s\r\n\r\n",
			kind, b.Len(), head, len(body), body)
	}
	record("warcinfo", "Content-Type: application/warc-fields\r\n", "software: by hand\r\n")
	for i, p := range pages {
		record("response", fmt.Sprintf("WARC-Target-URI: https://site.example/%d\r\nContent-Type: application/http; msgtype=response\r\n", i),
			fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", len(p), p))
	}
	return b.String()
}
