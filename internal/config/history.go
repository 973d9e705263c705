package config

import (
	"strconv"
	"time"
)

// change is what every version of a rule file or a code list says of itself.
type change struct {
	no           int
	date, reason string
	o            object
}

// history reads versions: {1: …, 2: …}: numbered from 1 without a gap, in order,
// each with a reason. known are the keys besides date and reason.
func (n node) history(known ...string) []change {
	var out []change
	for i, e := range n.entries() {
		c := change{no: i + 1, o: e.val.object(append([]string{"date", "reason"}, known...)...)}
		if e.name != strconv.Itoa(c.no) {
			e.key.fault("number the versions 1, 2, 3 …, oldest first", "version %d is expected here", c.no)
		}
		if v, ok := c.o.get("date"); ok {
			c.date = v.text()
			v.day()
		}
		if v, ok := c.o.need("reason", "say in a few words why; an auditor will read it"); ok {
			c.reason = v.text()
		}
		out = append(out, c)
	}
	if n.isMap() && len(out) == 0 {
		n.fault("versions: {1: {reason: …, add: …}}", "a history has at least one version")
	}
	return out
}

// day reads a day YYYY-MM-DD as days since 1970.
func (n node) day() int32 {
	t, err := time.Parse(time.DateOnly, n.text())
	if n.isText() && err != nil {
		n.fault("write it as 2026-03-01", "a day is expected here")
		return 0
	}
	return int32(t.Unix() / 86400)
}

// pin reads the version in force among the last versions of a history.
func (o object) pin(versions int) int {
	v, ok := o.get("pin")
	if !ok {
		return 0
	}
	if versions == 0 {
		return 0
	}
	return v.integer(1, versions)
}
