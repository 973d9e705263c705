package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jimsmart/grobotstxt"

	"clientbase/internal/httpx"
)

// robotsMax is how much of a robots.txt is read: RFC 9309 asks for 500 KiB at least.
const robotsMax = 512 << 10

// robots is what a host allows (RFC 9309).
type robots struct {
	body  string
	deny  bool // nothing may be fetched: robots.txt is unreachable or answered 5xx
	agent string
}

// fetchRobots asks a site for its robots.txt: 2xx is obeyed, 4xx means no
// rules, everything else means that nothing may be fetched. Its redirects stay
// on listed hosts, as all requests do.
func fetchRobots(ctx context.Context, c *httpx.Client, site *url.URL, agent string) (*robots, error) {
	r := &robots{agent: productToken(agent)}
	resp, err := c.Get(ctx, site.Scheme+"://"+site.Host+"/robots.txt", nil)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil || resp.Status >= 500:
		r.deny = true
	case resp.Status < 300:
		r.body = string(resp.Body[:min(len(resp.Body), robotsMax)])
	}
	return r, nil
}

// productToken is the name by which robots.txt knows us: the letters, - and _
// at the beginning of the user agent.
func productToken(agent string) string {
	i := 0
	for i < len(agent) && (agent[i] == '-' || agent[i] == '_' || agent[i]|0x20 >= 'a' && agent[i]|0x20 <= 'z') {
		i++
	}
	return agent[:i]
}

// allows reports whether a page may be fetched.
func (r *robots) allows(u string) bool {
	return !r.deny && grobotstxt.AgentAllowed(r.body, r.agent, u)
}

// delay is the Crawl-delay that the site asks of us, else of everybody; 0 = none.
func (r *robots) delay() time.Duration {
	h := delayReader{agent: r.agent}
	grobotstxt.Parse(r.body, &h)
	if h.own {
		return h.mine
	}
	return h.all
}

// delayReader follows the groups of a robots.txt for Crawl-delay, which is no
// part of the RFC and is honoured as a lower bound.
type delayReader struct {
	agent        string
	rules        bool // the group has begun its rules: the next User-agent opens a new one
	me, everyone bool // the group speaks to us, to everybody
	own          bool // a group of our own was seen
	mine, all    time.Duration
}

func (h *delayReader) HandleRobotsStart() {}
func (h *delayReader) HandleRobotsEnd()   {}
func (h *delayReader) HandleUserAgent(_ int, v string) {
	if h.rules {
		h.rules, h.me, h.everyone = false, false, false
	}
	if strings.HasPrefix(v, "*") {
		h.everyone = true
	} else if strings.EqualFold(productToken(v), h.agent) {
		h.me, h.own = true, true
	}
}
func (h *delayReader) HandleAllow(int, string)    { h.rules = true }
func (h *delayReader) HandleDisallow(int, string) { h.rules = true }
func (h *delayReader) HandleSitemap(int, string)  {}
func (h *delayReader) HandleUnknownAction(_ int, action, v string) {
	if !strings.EqualFold(action, "crawl-delay") {
		return
	}
	h.rules = true
	s, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil || s < 0 || s > 86400 {
		return
	}
	d := time.Duration(s * float64(time.Second))
	if h.me {
		h.mine = max(h.mine, d)
	}
	if h.everyone {
		h.all = max(h.all, d)
	}
}
