package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/internal/httpx"
	"clientbase/schemas"
)

// Config is the `from:` node of a web stream: either a crawl (Start) or files (Path).
type Config struct {
	// Files.
	Path   string `yaml:"path"`   // glob, relative to the project folder
	Format string `yaml:"format"` // warc | ndjson; tables: see asTable
	// Crawl.
	Start        []string      `yaml:"start"`         // first pages
	Hosts        []string      `yaml:"hosts"`         // hosts that may be asked; default: those of Start
	PrivateHosts []string      `yaml:"private_hosts"` // those among them that may have a private address
	Delay        time.Duration `yaml:"delay"`         // between two requests to a host; default 1 s
	Pages        int           `yaml:"pages"`         // requests per crawl; default 100
	Depth        int           `yaml:"depth"`         // links from a start page; default 3
	Bytes        int           `yaml:"bytes"`         // of all pages of a crawl; default 256 MiB
	PageBytes    int           `yaml:"page_bytes"`    // of one page; default 8 MiB
	Timeout      time.Duration `yaml:"timeout"`       // of one request; default 30 s
	UserAgent    string        `yaml:"user_agent"`    // must name a contact: an address or URL
}

// maxPages bounds a crawl, because its cursor remembers each page.
const maxPages = 100_000

// decode reads the node and gives every fault of it.
func decode(node *yaml.Node, s *schemas.Stream) (Config, []connectors.Fault) {
	c := Config{Delay: time.Second, Pages: 100, Depth: 3, Bytes: 256 << 20, PageBytes: 8 << 20, Timeout: 30 * time.Second}
	var faults []connectors.Fault
	for _, r := range []struct{ path, text, msg string }{
		{"purpose", s.Purpose, "a web source must say for what purpose it collects personal data"},
		{"legal_basis", s.LegalBasis, "a web source must name its legal basis"},
	} {
		if strings.TrimSpace(r.text) == "" {
			f := connectors.FaultAt(node, "", r.msg, "write "+r.path+": … in the source file")
			f.Path = r.path
			faults = append(faults, f)
		}
	}
	if _, more, ok := asTable(node); ok {
		return c, append(faults, more...)
	}
	faults = append(faults, connectors.Decode(node, &c)...)
	if node == nil || node.Kind != yaml.MappingNode {
		return c, faults
	}
	add := func(key, msg, hint string) { faults = append(faults, connectors.FaultAt(node, key, msg, hint)) }
	if c.Format != "" && c.Format != "warc" && c.Format != "ndjson" {
		add("format", "unknown format", connectors.Suggest(c.Format, append([]string{"warc", "ndjson"}, tableFormats()...)))
	}
	if c.Pages < 1 || c.Pages > maxPages {
		add("pages", "a number of pages is expected", fmt.Sprintf("1 to %d", maxPages))
	}
	if c.Depth < 0 {
		add("depth", "a number of links is expected", "0 = the start pages only")
	}
	if c.Bytes < 1 {
		add("bytes", "a number of bytes is expected", "bytes: 268435456")
	}
	if c.PageBytes < 1 || c.PageBytes > 16<<20 {
		add("page_bytes", "a number of bytes up to 16777216 is expected", "page_bytes: 8388608")
	}
	if c.Timeout == 0 {
		add("timeout", "a request needs a time limit", "timeout: 30s")
	}
	switch {
	case c.Path != "" && len(c.Start) > 0:
		add("path", "path and start together", "files or a crawl: keep one of them")
	case c.Path != "":
		if c.Format == "" {
			add("", "format is missing", "format: warc or format: ndjson")
		}
	case len(c.Start) == 0:
		add("", "neither start pages nor a path", "start: [https://host/] or path: in/pages_*.warc")
	default:
		crawlFaults(&c, add)
	}
	return c, faults
}

// crawlFaults checks a crawl and fills its hosts.
func crawlFaults(c *Config, add func(key, msg, hint string)) {
	own := len(c.Hosts) == 0
	for _, raw := range c.Start {
		u, err := url.Parse(raw)
		switch {
		case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
			add("start", "not an absolute http or https address", "https://host/path")
		case u.User != nil:
			add("start", "an address with a login in it", "take the login out: the crawler reads public pages only")
		case own:
			if !slices.Contains(c.Hosts, u.Host) {
				c.Hosts = append(c.Hosts, u.Host)
			}
		case !httpx.Listed(c.Hosts, u.Host):
			add("start", "a start page on a host that is not under hosts", "add the host to hosts")
		}
	}
	for _, h := range c.PrivateHosts {
		if !httpx.Listed(c.Hosts, h) {
			add("private_hosts", "a host that is not under hosts", "add the host to hosts")
		}
	}
	const example = `user_agent: "example-bank-clientbase/1 (+https://bank.example/bot)"`
	switch {
	case c.UserAgent == "":
		add("user_agent", "user_agent is missing: it names the program and a contact", example)
	case productToken(c.UserAgent) == "" || !strings.ContainsAny(c.UserAgent, "@:"):
		add("user_agent", "it must begin with a name in letters and hold a contact address", example)
	}
	if c.Delay < time.Second {
		for _, h := range c.Hosts {
			if !httpx.Listed(c.PrivateHosts, h) {
				add("delay", "less than a second is allowed for private_hosts only", "delay: 1s")
				break
			}
		}
	}
}
