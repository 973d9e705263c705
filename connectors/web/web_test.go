package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

func node(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return n.Content[0]
}

func stream() *schemas.Stream {
	return &schemas.Stream{Source: "web", Name: "pages", Purpose: "tests", LegalBasis: "synthetic data"}
}

func env(dir string) connectors.Env {
	return connectors.Env{Dir: dir, Card: opaque.NewKey(make([]byte, 32)), Now: time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)}
}

type result struct {
	names  []string
	raw    []byte
	cursor connectors.Cursor
	notes  string
}

func readAll(t testing.TB, e connectors.Env, from string, cursor connectors.Cursor) (out result, err error) {
	t.Helper()
	src, err := Family().Open(e, node(t, from), stream())
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	out.cursor = cursor
	slices, err := src.Plan(context.Background(), cursor)
	if err != nil {
		t.Fatal(err)
	}
	for _, sl := range slices {
		for {
			b, err := sl.Next(context.Background())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				_ = sl.Close()
				return out, err
			}
			col := b.Rows.Column(b.Rows.Schema().FieldIndices("name")[0]).(*array.String)
			for i := range int(b.Rows.NumRows()) {
				out.names = append(out.names, col.Value(i))
			}
			out.raw = append(out.raw, b.Raw...)
			out.cursor = b.Next
			out.notes += strings.Join(b.Notes, "\n") + "\n"
			b.Rows.Release()
		}
		if err := sl.Close(); err != nil {
			t.Error(err)
		}
	}
	return out, nil
}

func personPage(name string, links ...string) string {
	s := `<html><head><script type="application/ld+json">{"@type":"Person","name":"` + name + `"}</script></head><body>`
	for _, l := range links {
		s += `<a href="` + l + `">x</a>`
	}
	return s + "</body></html>"
}

// bank is a small site that writes down what it is asked.
type bank struct {
	asked []string
	at    []time.Time
	agent string
	pages map[string]func(w http.ResponseWriter, r *http.Request)
}

func (b *bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.asked = append(b.asked, r.URL.RequestURI())
	b.at = append(b.at, time.Now())
	b.agent = r.UserAgent()
	if h, ok := b.pages[r.URL.Path]; ok {
		h(w, r)
		return
	}
	http.NotFound(w, r)
}

func htmlPage(body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		tag := fmt.Sprintf(`"%d"`, len(body))
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, body)
	}
}

func text(body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func from(url string, more string) string {
	host := strings.TrimPrefix(url, "http://")
	return fmt.Sprintf("{start: [%q], hosts: [%q], private_hosts: [%q], delay: 2ms, user_agent: \"testbot/1 (+mailto:a@example.org)\"%s}", url+"/", host, host, more)
}

func TestCrawl(t *testing.T) {
	b := &bank{}
	b.pages = map[string]func(http.ResponseWriter, *http.Request){
		"/robots.txt":   text("User-agent: testbot\nDisallow: /private\nAllow: /private/open\n\nUser-agent: *\nDisallow: /\n"),
		"/":             htmlPage(personPage("start", "/a", "b#frag", "/private/x", "/private/open", "http://elsewhere.example/", "/pic", "/hidden", "mailto:x@y", "/gone")),
		"/a":            htmlPage(personPage("a card 5100 0000 0000 0016", "/deep1", "/", "/b")),
		"/b":            htmlPage(personPage("b")),
		"/private/x":    htmlPage(personPage("forbidden")),
		"/private/open": htmlPage(personPage("open")),
		"/pic": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write([]byte("png"))
		},
		"/hidden": htmlPage(`<meta name="robots" content="noindex, nofollow">` + personPage("hidden", "/never")),
		"/deep1":  htmlPage(personPage("deep1", "/deep2")),
		"/deep2":  htmlPage(personPage("deep2", "/deep3")),
	}
	s := httptest.NewServer(b)
	defer s.Close()
	got, err := readAll(t, env(""), from(s.URL, ", depth: 2"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "start|a card 5100 00** **** 0016|b|open|deep1"; strings.Join(got.names, "|") != want {
		t.Errorf("names %s", strings.Join(got.names, "|"))
	}
	if want := "/robots.txt / /a /b /private/open /pic /hidden /gone /deep1"; strings.Join(b.asked, " ") != want {
		t.Errorf("asked %s", strings.Join(b.asked, " "))
	}
	if !strings.HasPrefix(b.agent, "testbot/1 (+mailto") {
		t.Errorf("agent %q", b.agent)
	}
	if bytes.Contains(got.raw, []byte("5100 0000 0000")) || !bytes.HasPrefix(got.raw, []byte("WARC/1.1\r\n")) || !bytes.Contains(got.raw, []byte("legal-basis: synthetic data")) {
		t.Error("the delivery is not a masked WARC file")
	}
	if strings.Contains(string(got.raw), `"hidden"`) {
		t.Error("a noindex page is kept")
	}
	for _, n := range []string{"1 pages that robots.txt forbids", "1 pages that ask not to be indexed", "1 pages answered with a client error", "1 answers of another content type"} {
		if !strings.Contains(got.notes, n) {
			t.Errorf("notes lack %q:\n%s", n, got.notes)
		}
	}
	// Again: nothing has changed but /b; links of unchanged pages are followed.
	b.pages["/b"] = htmlPage(personPage("b two"))
	b.asked = nil
	again, err := readAll(t, env(""), from(s.URL, ", depth: 2"), got.cursor)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(again.names, "|") != "b two" || !slices.Contains(b.asked, "/deep1") || !strings.Contains(again.notes, "unchanged") {
		t.Errorf("second crawl: %v, asked %v, %s", again.names, b.asked, again.notes)
	}
}

func TestCrawlBudgetDelayAndRobotsDelay(t *testing.T) {
	b := &bank{}
	b.pages = map[string]func(http.ResponseWriter, *http.Request){
		"/robots.txt": text("User-agent: *\nCrawl-delay: 0.05\n"),
		"/":           htmlPage(personPage("0", "/1", "/2", "/3", "/4")),
		"/1":          htmlPage(personPage("1")), "/2": htmlPage(personPage("2")), "/3": htmlPage(personPage("3")),
	}
	s := httptest.NewServer(b)
	defer s.Close()
	got, err := readAll(t, env(""), from(s.URL, ", pages: 3"), nil)
	if err != nil || strings.Join(got.names, " ") != "0 1 2" || !strings.Contains(got.notes, "budget of 3 pages") {
		t.Errorf("%v %v %s", got.names, err, got.notes)
	}
	for i := 1; i < len(b.at); i++ {
		if d := b.at[i].Sub(b.at[i-1]); d < 45*time.Millisecond {
			t.Errorf("request %d came after %s", i, d)
		}
	}
	if got, err := readAll(t, env(""), from(s.URL, ", bytes: 10"), nil); err != nil || len(got.names) != 1 || !strings.Contains(got.notes, "budget of 10 bytes") {
		t.Errorf("%v %v", got.names, err)
	}
}

func TestRobotsStatus(t *testing.T) {
	for status, want := range map[int]int{404: 1, 403: 1, 500: 0, 503: 0} {
		b := &bank{pages: map[string]func(http.ResponseWriter, *http.Request){
			"/robots.txt": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) },
			"/":           htmlPage(personPage("x")),
		}}
		s := httptest.NewServer(b)
		got, err := readAll(t, env(""), from(s.URL, ""), nil)
		s.Close()
		if err != nil || len(got.names) != want {
			t.Errorf("robots.txt %d: %d rows, %v", status, len(got.names), err)
		}
		if want == 0 && slices.Contains(b.asked, "/") {
			t.Errorf("robots.txt %d: a page was asked", status)
		}
	}
}

func TestCrawlStopsOnServerErrors(t *testing.T) {
	b := &bank{pages: map[string]func(http.ResponseWriter, *http.Request){}}
	var links []string
	for i := range 12 {
		p := fmt.Sprintf("/e%d", i)
		links = append(links, p)
		b.pages[p] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	}
	b.pages["/"] = htmlPage(personPage("start", links...))
	s := httptest.NewServer(b)
	got, err := readAll(t, env(""), from(s.URL, ""), nil)
	s.Close()
	if err != nil || len(got.names) != 1 || !strings.Contains(got.notes, "7 pages of hosts that failed too often") {
		t.Errorf("%v %v %s", got.names, err, got.notes)
	}
	if slices.Contains(b.asked, "/e5") {
		t.Error("the sixth failing page was asked")
	}
	delete(b.pages, "/")
	down := httptest.NewServer(b)
	b.pages["/"] = b.pages["/e0"]
	b.pages["/robots.txt"] = text("")
	_, err = readAll(t, env(""), from(down.URL, ""), nil)
	down.Close()
	if errs.Exit(err) != 2 {
		t.Errorf("a dead site: %v", err)
	}
}

func TestCrawlCancel(t *testing.T) {
	block := make(chan struct{})
	b := &bank{pages: map[string]func(http.ResponseWriter, *http.Request){
		"/": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-block:
			case <-r.Context().Done():
			}
		},
	}}
	s := httptest.NewServer(b)
	defer s.Close()
	defer close(block)
	src, err := Family().Open(env(""), node(t, from(s.URL, "")), stream())
	if err != nil {
		t.Fatal(err)
	}
	plan, err := src.Plan(context.Background(), nil)
	if err != nil || len(plan) != 1 {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := plan[0].Next(ctx); errs.Exit(err) != 130 {
		t.Errorf("%v", err)
	}
	if err := plan[0].Close(); err != nil {
		t.Error(err)
	}
}

func TestCrawlNeedsListedPrivateHost(t *testing.T) {
	b := &bank{}
	s := httptest.NewServer(b)
	defer s.Close()
	host := strings.TrimPrefix(s.URL, "http://")
	got, err := readAll(t, env(""), fmt.Sprintf("{start: [%q], hosts: [%q], user_agent: \"testbot/1 (+mailto:a@example.org)\"}", s.URL+"/", host), nil)
	if len(b.asked) > 0 || len(got.names) > 0 {
		t.Errorf("a private host was asked: %v %v", b.asked, err)
	}
}

func TestCheckFindsEveryFault(t *testing.T) {
	for text, want := range map[string][]string{
		"{start: [\"https://a.example/\"], user_agent: \"bot/1 (+https://x)\"}": nil,
		"{path: \"in/*.warc\", format: warc}":                                   nil,
		"{}":                                                                    {"from"},
		"[a]":                                                                   {"from"},
		"{path: x}":                                                             {"from"},
		"{path: x, format: pdf, bogus: 1}":                                      {"from.format", "from.bogus"},
		"{start: [\"ftp://a/\", \"https://u:p@a.example/\"], hosts: [b.example], user_agent: bot, pages: -1, delay: fast}": {"from.start", "from.start", "from.user_agent", "from.pages", "from.delay"},
		"{start: [\"https://a.example/\"], delay: 10ms, private_hosts: [c.example], user_agent: \"bot/1 (+https://x)\"}":   {"from.private_hosts", "from.delay"},
		"{start: [\"https://a.example/\"], path: x, format: warc}":                                                         {"from.path"},
	} {
		faults := Family().Check(node(t, text), stream())
		var got []string
		for _, f := range faults {
			got = append(got, f.Path)
			if f.Line == 0 || f.Msg == "" {
				t.Errorf("%s: %+v", text, f)
			}
			if strings.Contains(f.Msg+f.Hint, "u:p") {
				t.Error("a login is printed")
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	faults := Family().Check(node(t, "{path: x, format: warc}"), &schemas.Stream{})
	if len(faults) != 2 || faults[0].Path != "purpose" || faults[1].Path != "legal_basis" {
		t.Errorf("purpose and legal basis: %v", faults)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	warc := func(name string) []byte {
		body := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + personPage(name)
		return fmt.Appendf(nil, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://e/\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(body), body)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = w.Write(warc("zip"))
	_ = w.Close()
	for name, data := range map[string][]byte{"p_2026-01-02.warc.gz": z.Bytes(), "p_2026-01-01.warc": warc("plain")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readAll(t, env(dir), "{path: \"p_*\", format: warc}", nil)
	if err != nil || strings.Join(got.names, " ") != "plain zip" {
		t.Fatalf("%v %v", got.names, err)
	}
	if !bytes.Equal(got.raw, append(warc("plain"), warc("zip")...)) {
		t.Error("the landed bytes are not the unpacked files")
	}
	again, err := readAll(t, env(dir), "{path: \"p_*\", format: warc}", got.cursor)
	if err != nil || len(again.names) != 0 {
		t.Errorf("read twice: %v %v", again.names, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "v.ndjson"), []byte("{\"name\":\"x\",\"page\":\"/\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readAll(t, env(dir), "{path: v.ndjson, format: ndjson}", nil); err != nil || strings.Join(got.names, "") != "x" {
		t.Errorf("%v %v", got.names, err)
	}
}
