package config

import (
	"strings"
	"time"

	"clientbase/schemas"
)

// columns reads the contract: NAME: type, or NAME: {type, required, format, …}.
func (r *streamReader) columns(n node) {
	for _, e := range n.entries() {
		c := schemas.Column{Name: e.name}
		if e.val.isText() {
			c.Type = e.val.columnType()
		} else {
			r.column1(&c, e)
		}
		if strings.Contains(e.name, "#") {
			e.key.fault("", "a column's name cannot hold #: NAME#token is made by connectors")
		}
		r.s.Columns = append(r.s.Columns, c)
	}
	r.declare = len(r.s.Columns) > 0
	if n.isMap() && !r.declare {
		n.fault("columns: {NAME: text}", "no column is declared")
	}
}

// column1 reads the long form of one column.
func (r *streamReader) column1(c *schemas.Column, e entry) {
	o := e.val.object("type", "required", "format", "drift", "pan", "codes", "decode")
	if v, ok := o.get("type"); ok {
		c.Type = v.columnType()
	}
	if v, ok := o.get("required"); ok {
		c.Required = v.flag()
	}
	if v, ok := o.get("format"); ok {
		c.Format = v.dateFormat()
		if c.Type != "date" && c.Type != "timestamp" {
			v.fault("add type: date", "only dates and timestamps have a format")
		}
	}
	if v, ok := o.get("drift"); ok {
		c.Drift = v.policy()
	}
	if v, ok := o.get("pan"); ok {
		c.PAN = v.flag()
		if c.PAN && c.Type != "" && c.Type != "text" {
			v.fault("remove the type", "a card number is text")
		}
	}
	if v, ok := o.get("codes"); ok {
		if v.isText() {
			c.List = r.codeList(v)
		} else {
			c.Codes = map[string]string{}
			for _, code := range v.entries() {
				c.Codes[code.name] = code.val.text()
			}
		}
	}
	if v, ok := o.get("decode"); ok {
		c.Decode = v.word("decoding", "birth_number")
	}
}

func (n node) columnType() string {
	return n.word("type", "text", "int", "decimal", "minor", "date", "timestamp", "bool", "note")
}

// dateFormat reads the order of a date's parts, or a Go layout that tells a
// day, a month and a year apart; epoch and epoch_ms count from 1970.
func (n node) dateFormat() string {
	t := n.text()
	switch t {
	case "dmy", "mdy", "ymd", "yymmdd", "epoch", "epoch_ms", "":
		return t
	}
	probe := time.Date(1987, time.November, 23, 0, 0, 0, 0, time.UTC)
	back, err := time.Parse(t, probe.Format(t))
	if err != nil || !back.Equal(probe) {
		n.fault("write dmy, mdy, ymd, yymmdd, or a Go layout such as 2006-01-02 15:04:05", "this is not a date format")
		return ""
	}
	return t
}
