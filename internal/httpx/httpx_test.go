package httpx

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"clientbase/internal/errs"
)

func TestPublic(t *testing.T) {
	for ip, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true, "64:ff9b::808:808": true,
		"127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.100.100.200": false,
		"0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false, "192.0.2.7": false,
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "ff02::1": false, "2001:db8::1": false, "::7f00:1": false,
	} {
		if got := Public(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %v", ip, got)
		}
	}
}

func serve(t *testing.T, h http.HandlerFunc) (*httptest.Server, string) {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s, strings.TrimPrefix(s.URL, "http://")
}

func TestGet(t *testing.T) {
	s, host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.UserAgent() + r.Header.Get("If-None-Match")))
	})
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	c := New(Settings{Hosts: []string{host}, PrivateHosts: []string{"127.0.0.1"}, UserAgent: "test/1"})
	defer c.Close()
	r, err := c.Get(context.Background(), s.URL+"/x", http.Header{"If-None-Match": {`"e"`}})
	if err != nil || r.Status != 200 || string(r.Body) != `test/1"e"` {
		t.Fatalf("%v %v", r, err)
	}
}

func TestRefusesPrivateAddresses(t *testing.T) {
	asked := false
	s, host := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	port := host[strings.LastIndexByte(host, ':'):]
	for _, u := range []string{s.URL, "http://localhost" + port, "http://[::ffff:127.0.0.1]" + port, "http://2130706433" + port, "http://169.254.169.254/latest"} {
		c := New(Settings{Hosts: []string{"127.0.0.1", "localhost", "::ffff:127.0.0.1", "2130706433", "169.254.169.254"}, Retries: -1})
		_, err := c.Get(context.Background(), u+"/secret-path", nil)
		c.Close()
		e, ok := errs.Of(err)
		if !ok || strings.Contains(err.Error(), "secret-path") {
			t.Errorf("%s: %v", u, err)
			continue
		}
		// A resolver may not know the decimal form; it must not be reached either way.
		if e.Kind != errs.Config && !strings.Contains(u, "2130706433") {
			t.Errorf("%s: %v", u, err)
		}
	}
	if asked {
		t.Error("a private server was asked")
	}
}

func TestRefusesRedirects(t *testing.T) {
	other, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	targets := map[string]string{
		"/host":  strings.Replace(other.URL, "127.0.0.1", "localhost", 1),
		"/meta":  "http://169.254.169.254/latest/meta-data",
		"/file":  "file:///etc/passwd",
		"/login": strings.Replace(other.URL, "http://", "http://user:pw@", 1),
	}
	s, host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/loop" {
			http.Redirect(w, r, "/loop", http.StatusFound)
			return
		}
		http.Redirect(w, r, targets[r.URL.Path], http.StatusFound)
	})
	c := New(Settings{Hosts: []string{host}, PrivateHosts: []string{host}, WaitMin: time.Millisecond})
	defer c.Close()
	for path := range targets {
		if _, err := c.Get(context.Background(), s.URL+path, nil); err == nil || strings.Contains(err.Error(), "pw") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := c.Get(context.Background(), s.URL+"/loop", nil); err == nil || !strings.Contains(err.Error(), "redirects") {
		t.Errorf("loop: %v", err)
	}
	meta := New(Settings{Hosts: []string{host, "169.254.169.254"}, PrivateHosts: []string{host}})
	defer meta.Close()
	if _, err := meta.Get(context.Background(), s.URL+"/meta", nil); err == nil || !strings.Contains(err.Error(), "private address") {
		t.Errorf("listed but private: %v", err)
	}
}

func TestRetries(t *testing.T) {
	n := 0
	s, host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		switch {
		case r.URL.Path == "/busy" && n < 3:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.URL.Path == "/later":
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		case r.URL.Path == "/long":
			_, _ = w.Write(make([]byte, 2000))
		}
	})
	c := New(Settings{Hosts: []string{host}, PrivateHosts: []string{host}, WaitMin: time.Millisecond, WaitMax: 5 * time.Millisecond, MaxBody: 1000})
	defer c.Close()
	if r, err := c.Get(context.Background(), s.URL+"/busy", nil); err != nil || r.Status != 200 || n != 3 {
		t.Errorf("%d tries, %v", n, err)
	}
	n = 0
	if r, err := c.Get(context.Background(), s.URL+"/later", nil); err != nil || r.Status != 429 || n != 1 {
		t.Errorf("a long Retry-After: %d tries, %v", n, err)
	}
	if _, err := c.Get(context.Background(), s.URL+"/long", nil); err == nil || !strings.Contains(err.Error(), "longer than 1000") {
		t.Errorf("long body: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Get(ctx, s.URL, nil); errs.Exit(err) != 130 {
		t.Errorf("cancelled: %v", err)
	}
}

func TestListed(t *testing.T) {
	for _, c := range []struct {
		host string
		want bool
	}{{"a.example", true}, {"A.Example.", true}, {"a.example:8080", true}, {"b.example:81", true}, {"b.example", false}, {"b.example:82", false}, {"xa.example", false}} {
		if got := Listed([]string{"a.example", "b.example:81"}, c.host); got != c.want {
			t.Errorf("%s: %v", c.host, got)
		}
	}
}
