package config

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/cron"
)

// What becomes of the times that passed while nothing was running.
const (
	CatchUpLast = "last" // one run for all of them; the default
	CatchUpAll  = "all"  // one run for each
	CatchUpNone = "none" // they are left out
)

// schedule reads when the source is loaded.
func (s *Source) schedule(o object, zone string) {
	s.Zone, s.CatchUp = zone, CatchUpLast
	if v, ok := o.get("schedule"); ok {
		s.Schedule = v.cron(zone)
	}
	v, ok := o.get("catch_up")
	if !ok {
		return
	}
	if w := v.word("catch_up", CatchUpLast, CatchUpAll, CatchUpNone); w != "" {
		s.CatchUp = w
	}
	if _, timed := o.byName["schedule"]; !timed {
		v.fault(`add schedule: "0 3 * * *" or remove catch_up`, "catch_up says nothing without a schedule")
	}
}

// cron reads a cron expression in a zone ("" = UTC, also for one that was
// reported already).
func (n node) cron(zone string) string {
	t := n.text()
	if !n.isText() {
		return ""
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	spec, err := cron.Parse(t, loc)
	var f *cron.Fault
	if errors.As(err, &f) {
		n.fault(f.Hint, "%s", f.Msg)
		return ""
	}
	return spec.String()
}

var agePattern = regexp.MustCompile(`^([1-9][0-9]{0,5})(m|h|d)$`)

// age reads how old something may be: 90m, 26h, 3d.
func (n node) age() time.Duration {
	t := strings.TrimSpace(n.text())
	m := agePattern.FindStringSubmatch(t)
	if m == nil {
		if n.isText() {
			n.fault("write minutes, hours or days: 90m, 26h, 3d", "an age is expected here")
		}
		return 0
	}
	count, _ := strconv.Atoi(m[1])
	return time.Duration(count) * map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
}

// withoutTimes gives a source file without what only says when it is loaded and
// how old it may be. The tree itself is not touched.
func withoutTimes(name string, root *yaml.Node) *yaml.Node {
	if name == "clientbase.yaml" && root.Kind == yaml.MappingNode {
		return without(root, "purposes", "approvals", "holds", "retention", "keep_snapshots") // change no result
	}
	if !strings.HasPrefix(name, "sources/") || root.Kind != yaml.MappingNode {
		return root
	}
	out := without(root, "schedule", "catch_up", "freshness")
	eachUnder(out, "streams", func(n *yaml.Node) *yaml.Node { return without(n, "freshness") })
	return out
}

// eachUnder puts f(n) in the place of every mapping n that stands by name under
// key of root; what root shares with others stays as it is.
func eachUnder(root *yaml.Node, key string, f func(*yaml.Node) *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		named := root.Content[i+1]
		if root.Content[i].Value != key || named.Kind != yaml.MappingNode {
			continue
		}
		c := *named
		c.Content = slices.Clone(c.Content)
		for j := 1; j < len(c.Content); j += 2 {
			if c.Content[j].Kind == yaml.MappingNode {
				c.Content[j] = f(c.Content[j])
			}
		}
		root.Content[i+1] = &c
	}
}

// without copies a map but for some keys.
func without(n *yaml.Node, keys ...string) *yaml.Node {
	c := *n
	c.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !slices.Contains(keys, n.Content[i].Value) {
			c.Content = append(c.Content, n.Content[i], n.Content[i+1])
		}
	}
	return &c
}
