package web

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/httpx"
)

// streakMax is how many 5xx answers or failures in a row end the visit to a host.
const streakMax = 5

// known is what the cursor remembers of a page.
type known struct {
	ETag     string   `json:"etag,omitempty"`
	Modified string   `json:"modified,omitempty"`
	Links    []string `json:"links,omitempty"` // followed again when the page has not changed
}

// crawlCursor is the cursor of a crawl.
type crawlCursor struct {
	Pages map[string]known `json:"pages"`
}

// site is what a crawl knows of a host.
type site struct {
	robots *robots
	asked  bool // a request was sent: the next one waits
	streak int
	closed bool
}

// crawl fetches pages one by one, breadth first, in the order in which links
// stand. It is an io.Reader of a WARC 1.1 file of what it fetched: the
// delivery of a crawl is that file.
type crawl struct {
	c      Config
	client *httpx.Client
	now    time.Time
	ctx    context.Context // of the Next that reads
	old    crawlCursor
	next   crawlCursor

	queue  []target
	seen   map[string]bool
	sites  map[string]*site
	buf    []byte
	at     int // read position in buf
	err    error
	noted  bool
	pages  int // requests for pages
	bytes  int64
	counts map[string]int // why pages gave nothing
	last   error
}

type target struct {
	url   string
	depth int
}

func newCrawl(c Config, purpose, basis string, now time.Time, old crawlCursor) *crawl {
	cr := &crawl{c: c, now: now, old: old, next: crawlCursor{Pages: map[string]known{}}, seen: map[string]bool{}, sites: map[string]*site{}, counts: map[string]int{}}
	cr.client = httpx.New(httpx.Settings{Hosts: c.Hosts, PrivateHosts: c.PrivateHosts, UserAgent: c.UserAgent, Timeout: c.Timeout,
		MaxBody: int64(c.PageBytes), Retries: 1, WaitMin: max(c.Delay, 10*time.Millisecond), WaitMax: 30 * time.Second})
	for _, s := range c.Start {
		cr.offer(s, 0)
	}
	cr.record("warcinfo", "", "application/warc-fields", "software: clientbase\r\nhttp-header-user-agent: "+oneLine(c.UserAgent)+
		"\r\nrobots: obey\r\npurpose: "+oneLine(purpose)+"\r\nlegal-basis: "+oneLine(basis)+"\r\n")
	return cr
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Read gives the next bytes of the WARC file, fetching as it needs them.
func (cr *crawl) Read(p []byte) (int, error) {
	for cr.at == len(cr.buf) {
		if cr.err != nil {
			return 0, cr.err
		}
		cr.buf, cr.at = cr.buf[:0], 0
		cr.err = cr.step()
	}
	n := copy(p, cr.buf[cr.at:])
	cr.at += n
	return n, nil
}

// offer puts a page on the queue once.
func (cr *crawl) offer(raw string, depth int) {
	u, err := url.Parse(raw)
	if err != nil {
		return
	}
	key, ok := normal(u)
	if !ok || cr.seen[key] || !httpx.Listed(cr.c.Hosts, u.Host) || len(cr.queue) > 20*maxPages {
		return
	}
	cr.seen[key] = true
	cr.queue = append(cr.queue, target{key, depth})
}

// normal gives the one spelling of an address under which it is visited.
func normal(u *url.URL) (string, bool) {
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	v := *u
	v.Host = strings.ToLower(v.Host)
	v.Host = strings.TrimSuffix(v.Host, map[string]string{"http": ":80", "https": ":443"}[v.Scheme])
	v.Fragment, v.RawFragment = "", ""
	if v.Path == "" {
		v.Path = "/"
	}
	return v.String(), true
}

// step fetches the next page of the queue; errEnd when the crawl is over.
func (cr *crawl) step() error {
	if len(cr.queue) == 0 || cr.pages >= cr.c.Pages || cr.bytes >= int64(cr.c.Bytes) {
		return cr.end()
	}
	t := cr.queue[0]
	cr.queue = cr.queue[1:]
	u, err := url.Parse(t.url)
	if err != nil {
		return nil
	}
	s, err := cr.site(u)
	if err != nil {
		return err
	}
	switch {
	case s.closed:
		cr.counts["pages of hosts that failed too often: not asked"]++
		return nil
	case !s.robots.allows(t.url):
		cr.counts["pages that robots.txt forbids: not asked"]++
		return nil
	}
	if err := cr.wait(s); err != nil {
		return err
	}
	cr.pages++
	before := cr.old.Pages[t.url]
	header := http.Header{"Accept": {"text/html, application/xhtml+xml, application/ld+json;q=0.9"}}
	if before.ETag != "" {
		header.Set("If-None-Match", before.ETag)
	}
	if before.Modified != "" {
		header.Set("If-Modified-Since", before.Modified)
	}
	resp, err := cr.client.Get(cr.ctx, t.url, header)
	if cr.ctx.Err() != nil {
		return cr.ctx.Err()
	}
	if err != nil {
		if errs.Exit(err) == 2 { // unreachable, not refused by a rule
			cr.failed(s)
		}
		cr.last = err
		cr.counts["pages that could not be fetched"]++
		cr.keep(t.url, before)
		return nil
	}
	cr.bytes += int64(len(resp.Body))
	cr.answer(t, s, resp, before)
	return nil
}

func (cr *crawl) failed(s *site) {
	if s.streak++; s.streak >= streakMax {
		s.closed = true
	}
}

// keep carries what was known of a page over to the next cursor.
func (cr *crawl) keep(page string, k known) {
	if k.ETag != "" || k.Modified != "" {
		cr.next.Pages[page] = k
	}
}

func (cr *crawl) answer(t target, s *site, resp *httpx.Response, before known) {
	switch {
	case resp.Status >= 500 || resp.Status == http.StatusTooManyRequests:
		cr.failed(s)
		cr.keep(t.url, before)
		cr.counts["pages answered with a server error or 429"]++
		return
	case resp.Status == http.StatusNotModified:
		s.streak = 0
		cr.keep(t.url, before)
		cr.counts["pages unchanged since the last crawl"]++
		cr.follow(before.Links, t.depth)
		return
	case resp.Status < 200 || resp.Status > 299:
		s.streak = 0
		cr.counts["pages answered with a client error"]++
		return
	}
	s.streak = 0
	final, ok := normal(resp.URL)
	if !ok {
		return
	}
	if final != t.url { // redirected: the answer belongs to another address
		if fs, err := cr.site(resp.URL); err != nil || !fs.robots.allows(final) {
			cr.counts["pages that robots.txt forbids: not kept"]++
			return
		}
		if cr.next.Pages[final].ETag != "" || cr.seen[final] && cr.fetched(final) {
			return
		}
		cr.seen[final] = true
	}
	content, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if content != "text/html" && content != "application/xhtml+xml" && content != "application/ld+json" {
		cr.counts["answers of another content type: not kept"]++
		return
	}
	var marks pageMarks
	if content != "application/ld+json" {
		marks = readMarks(resp.Body, resp.URL)
	}
	marks.headers(resp.Header)
	k := known{ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified")}
	if !marks.nofollow && t.depth < cr.c.Depth {
		for _, l := range marks.links {
			if u, err := url.Parse(l); err == nil && httpx.Listed(cr.c.Hosts, u.Host) && !slices.Contains(k.Links, l) {
				k.Links = append(k.Links, l)
			}
		}
		cr.follow(k.Links, t.depth)
	}
	cr.keep(t.url, k)
	if marks.noindex {
		cr.counts["pages that ask not to be indexed: not kept"]++
		return
	}
	head := "HTTP/1.1 " + strconv.Itoa(resp.Status) + " " + http.StatusText(resp.Status) + "\r\n"
	for _, h := range []string{"Content-Type", "Etag", "Last-Modified", "Date"} {
		if v := resp.Header.Get(h); v != "" {
			head += h + ": " + oneLine(v) + "\r\n"
		}
	}
	cr.counts["pages fetched"]++
	cr.record("response", final, "application/http; msgtype=response", head+"Content-Length: "+strconv.Itoa(len(resp.Body))+"\r\n\r\n"+string(resp.Body))
}

// fetched reports whether an address has left the queue.
func (cr *crawl) fetched(page string) bool {
	return !slices.ContainsFunc(cr.queue, func(t target) bool { return t.url == page })
}

func (cr *crawl) follow(links []string, depth int) {
	if depth >= cr.c.Depth {
		return
	}
	for _, l := range links {
		cr.offer(l, depth+1)
	}
}

// site gives what is known of a host, asking for its robots.txt first.
func (cr *crawl) site(u *url.URL) (*site, error) {
	key := u.Scheme + "://" + strings.ToLower(u.Host)
	if s, ok := cr.sites[key]; ok {
		return s, nil
	}
	r, err := fetchRobots(cr.ctx, cr.client, u, cr.c.UserAgent)
	if err != nil {
		return nil, err
	}
	s := &site{robots: r, asked: true}
	if r.deny {
		cr.counts["hosts without a readable robots.txt (5xx or unreachable): nothing is asked there"]++
	}
	cr.sites[key] = s
	return s, nil
}

// wait keeps the distance between two requests to a host.
func (cr *crawl) wait(s *site) error {
	d := max(cr.c.Delay, s.robots.delay())
	if !s.asked || d == 0 {
		s.asked = true
		return cr.ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-cr.ctx.Done():
		return cr.ctx.Err()
	}
}

// end closes the crawl. A crawl in which no page was answered is a failure.
func (cr *crawl) end() error {
	if len(cr.next.Pages) == 0 && cr.counts["pages fetched"] == 0 && cr.pages > 0 && cr.answered() == 0 {
		host := ""
		if u, err := url.Parse(cr.c.Start[0]); err == nil {
			host = u.Host
		}
		return errs.Hidden(errs.Retry, "crawl", host, fmt.Sprintf("none of %d pages could be fetched", cr.pages), cr.last, "check the network and the site, then run again")
	}
	return errEnd
}

// answered counts pages with an answer that is no server error.
func (cr *crawl) answered() int {
	return cr.pages - cr.counts["pages that could not be fetched"] - cr.counts["pages answered with a server error or 429"]
}

// notes are the findings, sorted.
func (cr *crawl) notes() []string {
	var out []string
	for what, n := range cr.counts {
		out = append(out, strconv.Itoa(n)+" "+what)
	}
	if cr.pages >= cr.c.Pages && len(cr.queue) > 0 {
		out = append(out, fmt.Sprintf("the budget of %d pages is spent; %d known pages were not asked", cr.c.Pages, len(cr.queue)))
	}
	if cr.bytes >= int64(cr.c.Bytes) {
		out = append(out, fmt.Sprintf("the budget of %d bytes is spent", cr.c.Bytes))
	}
	slices.Sort(out)
	return out
}

// cursor remembers what was asked, and of what was left for lack of budget
// what it knew before.
func (cr *crawl) cursor() []byte {
	for _, t := range cr.queue {
		cr.keep(t.url, cr.old.Pages[t.url])
	}
	b, err := json.Marshal(cr.next) // maps are written in the order of their keys
	if err != nil {
		return nil
	}
	return b
}
