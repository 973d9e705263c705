package main

import (
	"strings"
	"testing"
)

// No flag of trace is passed over in silence: what does not go together is refused.
func TestTraceWishIsOneQuestion(t *testing.T) {
	for _, c := range []struct {
		client string
		wish   traceWish
		want   string // in the error; "" = it is one question
	}{
		{"3f2a90", traceWish{}, ""},
		{"3f2a90", traceWish{attr: "phone", at: "000001"}, ""},
		{"3f2a90", traceWish{derived: true}, ""},
		{"", traceWish{record: "core/clients:1", attr: "phone"}, ""},
		{"", traceWish{attr: "phone"}, ""},
		{"", traceWish{list: "list-1", row: "1"}, ""},
		{"", traceWish{sample: 20, out: "paper.html"}, ""},
		{"", traceWish{}, "name one"},
		{"3f2a90", traceWish{record: "core/clients:1"}, "name one"},
		{"", traceWish{derived: true}, "need a client"},
		{"3f2a90", traceWish{derived: true, confirm: "phone"}, "two questions"},
		{"3f2a90", traceWish{derived: true, attr: "phone"}, "--attr"},
		{"", traceWish{batch: "b", attr: "phone"}, "--attr"},
		{"3f2a90", traceWish{row: "1"}, "--export"},
		{"3f2a90", traceWish{out: "card.html"}, "--sample"},
		{"", traceWish{list: "list-1", row: "1", at: "000001"}, "--at"},
	} {
		err := c.wish.check(c.client)
		if got := err == nil; got != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %+v: %v, want %q", c.client, c.wish, err, c.want)
		}
	}
}
