// Package httpx is the one way in which connectors ask a web server. It speaks
// only to hosts that the configuration lists, checks the address that a
// connection really reaches (so neither DNS nor a redirect leads into the
// bank's own network), ignores the environment's proxies, bounds sizes and
// times, and tries again as the server asks (Retry-After).
//
// Errors name the host, never the path or query of a URL, which may hold
// personal data or credentials.
package httpx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"clientbase/internal/errs"
)

// Settings say what a client may do. Zero values take the defaults.
type Settings struct {
	Hosts        []string      // hosts that may be asked and redirected to, "host" or "host:port"
	PrivateHosts []string      // those among them that may have a private address
	UserAgent    string        // honest: program and contact address
	Timeout      time.Duration // of one try, body included; 30 s
	MaxBody      int64         // bytes of a body after decompression; 16 MiB
	Redirects    int           // 5
	Retries      int           // after the first try; 3, negative = none
	WaitMin      time.Duration // before the first retry; 1 s
	WaitMax      time.Duration // longest wait between tries, Retry-After included; 30 s
	RootCAs      *tls.Config   // nil = the system's; for servers of the bank's own authority
}

// Response is a finished answer.
type Response struct {
	URL    *url.URL // the address that answered, after redirects
	Status int
	Header http.Header
	Body   []byte
}

// Client asks web servers. It is safe for concurrent use.
type Client struct {
	s  Settings
	rc *retryablehttp.Client
	tr *http.Transport
}

var (
	errPrivate  = errors.New("private address")
	errHost     = errors.New("host not listed")
	errScheme   = errors.New("scheme")
	errRedirect = errors.New("too many redirects")
)

// New makes a client.
func New(s Settings) *Client {
	s.Timeout = orElse(s.Timeout, 30*time.Second)
	s.MaxBody = orElse(s.MaxBody, 16<<20)
	s.Redirects = orElse(s.Redirects, 5)
	s.Retries = orElse(s.Retries, 3)
	s.WaitMin = orElse(s.WaitMin, time.Second)
	s.WaitMax = orElse(s.WaitMax, 30*time.Second)
	c := &Client{s: s}
	c.tr = &http.Transport{
		Proxy:                  nil,
		DialContext:            c.dial,
		TLSClientConfig:        s.RootCAs,
		ForceAttemptHTTP2:      true,
		MaxConnsPerHost:        1,
		MaxIdleConns:           16,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  s.Timeout,
		MaxResponseHeaderBytes: 256 << 10,
	}
	c.rc = &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: c.tr, Timeout: s.Timeout, CheckRedirect: c.redirect},
		Logger:       nil, // it would print URLs
		RetryWaitMin: s.WaitMin,
		RetryWaitMax: s.WaitMax,
		RetryMax:     max(s.Retries, 0),
		Backoff:      retryablehttp.DefaultBackoff,
		CheckRetry:   c.again,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return c
}

func orElse[T int | int64 | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// Close drops idle connections.
func (c *Client) Close() { c.tr.CloseIdleConnections() }

// Get asks for rawURL with extra header lines. Any HTTP status is an answer; an
// error is a refusal by the rules above, a server that cannot be reached, a
// body that is too long, or a cancelled context.
func (c *Client) Get(ctx context.Context, rawURL string, header http.Header) (*Response, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" {
		return nil, errs.New(errs.Config, "fetch", "", "not an absolute URL", "write https://host/path")
	}
	if err := c.allowed(u); err != nil {
		return nil, c.refusal(u.Host, err)
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, rawURL, nil)
	if err != nil {
		return nil, errs.Hidden(errs.Config, "fetch", u.Host, "not a valid URL", err, "")
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if c.s.UserAgent != "" {
		req.Header.Set("User-Agent", c.s.UserAgent)
	}
	resp, err := c.rc.Do(req)
	if err != nil {
		return nil, c.refusal(u.Host, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.s.MaxBody+1))
	if err != nil {
		return nil, c.refusal(u.Host, err)
	}
	if int64(len(body)) > c.s.MaxBody {
		return nil, errs.New(errs.Input, "fetch", u.Host, fmt.Sprintf("the answer is longer than %d bytes", c.s.MaxBody), "raise the limit for this source")
	}
	return &Response{URL: resp.Request.URL, Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// allowed judges a URL before it is asked.
func (c *Client) allowed(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https", u.User != nil:
		return errScheme
	case !Listed(c.s.Hosts, u.Host):
		return errHost
	}
	return nil
}

func (c *Client) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > c.s.Redirects {
		return errRedirect
	}
	if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return errScheme
	}
	return c.allowed(req.URL)
}

// dial connects and judges the address that was reached, before a byte is sent.
func (c *Client) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	private := Listed(c.s.PrivateHosts, addr)
	d := net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || !private && !Public(ap.Addr()) {
			return errPrivate
		}
		return nil
	}}
	return d.DialContext(ctx, network, addr)
}

// again decides about a retry: network failures, 429 and 5xx other than 501,
// unless the server asks for a longer wait than WaitMax.
func (c *Client) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	for _, never := range []error{errPrivate, errHost, errScheme, errRedirect} {
		if errors.Is(err, never) {
			return false, err
		}
	}
	if resp != nil && err == nil {
		if n, ok := RetryAfter(resp.Header.Get("Retry-After"), time.Time{}); ok && n > c.s.WaitMax {
			return false, nil
		}
	}
	if c.s.Retries < 0 {
		return false, nil
	}
	return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
}

// RetryAfter reads the header of that name: seconds, or an HTTP date when now
// is not zero.
func RetryAfter(h string, now time.Time) (time.Duration, bool) {
	if n, err := strconv.Atoi(h); err == nil && n >= 0 {
		return time.Duration(min(n, 1<<31)) * time.Second, true
	}
	if t, err := http.ParseTime(h); err == nil && !now.IsZero() {
		return max(t.Sub(now), 0), true
	}
	return 0, false
}

// refusal gives a failure its kind without printing the URL.
func (c *Client) refusal(host string, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return errs.Hidden(errs.Interrupted, "fetch", host, "interrupted", err, "")
	case errors.Is(err, errPrivate):
		return errs.Hidden(errs.Config, "fetch", host, "the connection leads to a private address", err, "list the host under private_hosts if that is meant")
	case errors.Is(err, errHost):
		return errs.Hidden(errs.Config, "fetch", host, "the address, or a redirect from it, leads to a host that is not listed", err, "add the host to hosts")
	case errors.Is(err, errScheme):
		return errs.Hidden(errs.Config, "fetch", host, "only http and https without a login in the URL, and no step down from https", err, "correct the address")
	case errors.Is(err, errRedirect):
		return errs.Hidden(errs.Input, "fetch", host, fmt.Sprintf("more than %d redirects", c.s.Redirects), err, "")
	}
	return errs.Hidden(errs.Retry, "fetch", host, "the server cannot be reached or broke off", err, "check the network and run again")
}
