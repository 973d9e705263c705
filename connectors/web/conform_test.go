package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/connectors"
	"clientbase/connectors/connectortest"
	"clientbase/internal/errs"
)

func source(t *testing.T, dir, from string) connectors.Source {
	t.Helper()
	e := env(dir)
	e.Card = connectortest.CardKey()
	src, err := Family().Open(e, node(t, from), stream())
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// archive is a WARC file with a page per name, each with the canary in its text.
func archive(names ...string) string {
	var b strings.Builder
	for i, n := range names {
		page := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + strings.Replace(personPage(n), "<body>", "<body>card "+connectortest.CanarySpaced, 1)
		fmt.Fprintf(&b, "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://e/%d\r\nWARC-Date: 2026-01-31T10:00:00Z\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
			i, len(page), page)
	}
	return b.String()
}

func TestWARCFilesConform(t *testing.T) {
	dir, broken := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mask := func(s string) string { return strings.ReplaceAll(s, connectortest.CanarySpaced, "4012 88** **** 1881") }
	var names []string
	var rows []connectortest.Row
	for i := range 9000 {
		names = append(names, fmt.Sprintf("person %d", i))
		rows = append(rows, connectortest.Row{"type": "Person", "name": names[i], "page": fmt.Sprintf("http://e/%d", i), "telephone": "∅"})
	}
	one := archive(names...)
	write(dir, "p_2026-01-31.warc", one)
	write(broken, "p_2026-01-31.warc", archive("x", "y")+"garbage that is no record\r\n\r\n")
	connectortest.Run(t, connectortest.Harness{
		Open: func(t *testing.T) connectors.Source { return source(t, dir, "{path: \"p_*\", format: warc}") },
		Rows: rows, Ordered: true, Files: [][]byte{[]byte(mask(one))},
		Add:    func(*testing.T) { write(dir, "p_2026-02-01.warc", archive("new")) },
		New:    []connectortest.Row{{"name": "new"}},
		Broken: func(t *testing.T) connectors.Source { return source(t, broken, "{path: \"p_*\", format: warc}") },
		Kind:   errs.Integrity,
	})
}

func TestCrawlConforms(t *testing.T) {
	pages := func(n int) map[string]func(http.ResponseWriter, *http.Request) {
		m := map[string]func(http.ResponseWriter, *http.Request){"/robots.txt": text("User-agent: *\nDisallow:\n")}
		var links []string
		for i := range n {
			p := fmt.Sprintf("/p%02d", i)
			links = append(links, p)
			m[p] = htmlPage(strings.Replace(personPage(fmt.Sprintf("person %02d", i)), "<body>", "<body>card "+connectortest.CanarySpaced, 1))
		}
		m["/"] = htmlPage(personPage("start", links...))
		return m
	}
	b := &bank{pages: pages(20)}
	s := httptest.NewServer(b)
	defer s.Close()
	rows := []connectortest.Row{{"name": "start"}}
	for i := range 20 {
		rows = append(rows, connectortest.Row{"type": "Person", "name": fmt.Sprintf("person %02d", i), "page": s.URL + fmt.Sprintf("/p%02d", i), "fetched_at": "2026-01-31T10:00:00Z"})
	}
	dead := &bank{pages: map[string]func(http.ResponseWriter, *http.Request){"/robots.txt": text("")}}
	dead.pages["/"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
	d := httptest.NewServer(dead)
	defer d.Close()
	connectortest.Run(t, connectortest.Harness{
		Open: func(t *testing.T) connectors.Source { return source(t, "", from(s.URL, "")) },
		Rows: rows, Ordered: true,
		Add: func(*testing.T) { b.pages = pages(21) },
		// The start page has changed, because it links to the new one.
		New:    []connectortest.Row{{"name": "start"}, {"name": "person 20"}},
		Broken: func(t *testing.T) connectors.Source { return source(t, "", from(d.URL, "")) },
		Kind:   errs.Retry,
	})
}
