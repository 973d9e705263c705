package web

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jimsmart/grobotstxt"
)

func sharedData(t testing.TB, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
	path := filepath.Join(append([]string{dir, "..", "shared", "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("reference samples are absent: ../shared/data/%s", filepath.Join(elem...))
	}
	return path
}

// The library must agree with the public cases of RFC 9309; those that reach
// into its inside (line counts, escapes, path extraction) are its own affair.
func TestRobotsCases(t *testing.T) {
	f, err := os.Open(sharedData(t, "formats", "robots", "robots_cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ran, encoded := map[string]int{}, 0
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var c struct {
			ID                             int
			Kind, Test, Robots, Agent, URL string
			Expected                       json.RawMessage
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		ran[c.Kind]++
		switch c.Kind {
		case "allowed":
			if strings.Contains(c.URL, "ツ") && string(c.Expected) == "false" {
				// Google's matcher leaves it to its caller to encode an address; the
				// library encodes it, as RFC 9309 says, and so does normal here.
				encoded++
				continue
			}
			if got := grobotstxt.AgentAllowed(c.Robots, c.Agent, c.URL); got != (string(c.Expected) == "true") {
				t.Errorf("case %d (%s): %v", c.ID, c.Test, got)
			}
		case "agent_token_valid":
			if got := c.Agent != "" && productToken(c.Agent) == c.Agent; got != (string(c.Expected) == "true") {
				t.Errorf("case %d (%s): %v", c.ID, c.Test, got)
			}
		case "sitemap":
			var want string
			if err := json.Unmarshal(c.Expected, &want); err != nil {
				t.Fatal(err)
			}
			if got := grobotstxt.Sitemaps(c.Robots); len(got) != 1 || got[0] != want {
				t.Errorf("case %d: %v", c.ID, got)
			}
		}
	}
	if ran["allowed"] != 145 || ran["agent_token_valid"] != 11 || ran["sitemap"] != 2 || encoded != 2 {
		t.Errorf("cases: %v", ran)
	}
}

func TestProductToken(t *testing.T) {
	for in, want := range map[string]string{"clientbase/1 (+x)": "clientbase", "Foo-Bar_x 2": "Foo-Bar_x", "1x": "", "": ""} {
		if got := productToken(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for body, want := range map[string]time.Duration{
		"":                                0,
		"User-agent: *\nCrawl-delay: 2\n": 2 * time.Second,
		"User-agent: *\nCrawl-delay: 2\n\nUser-agent: testbot\nCrawl-delay: 0.5\nDisallow: /x\n": time.Second / 2,
		"User-agent: testbot\nDisallow: /x\n\nUser-agent: *\nCrawl-delay: 9\n":                   0,
		"User-agent: a\nUser-agent: TestBot/2\nCrawl-delay: 3\nUser-agent: b\nCrawl-delay: 7":    3 * time.Second,
		"Crawl-delay: 5\n": 0,
		"User-agent: *\nCrawl-delay: soon\nCrawl-delay: -1\n":     0,
		strings.Repeat("x", 40) + "\nUser-agent:*\ncrawl-DELAY:4": 4 * time.Second,
	} {
		r := robots{body: body, agent: "testbot"}
		if got := r.delay(); got != want {
			t.Errorf("%q: %s", body, got)
		}
	}
}
