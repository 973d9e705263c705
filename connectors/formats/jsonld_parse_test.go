package formats

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// plain turns a node into what encoding/json makes of the same text.
func (n *ldNode) plain() any {
	switch n.kind {
	case ldObject:
		m := map[string]any{}
		for i, k := range n.keys {
			m[k] = n.items[i].plain()
		}
		return m
	case ldArray:
		a := []any{}
		for i := range n.items {
			a = append(a, n.items[i].plain())
		}
		return a
	case ldString:
		return n.text
	case ldNumber:
		return json.Number(n.text)
	}
	switch n.text {
	case "true":
		return true
	case "false":
		return false
	}
	return nil
}

func byStandard(s []byte) (any, bool) {
	d := json.NewDecoder(strings.NewReader(string(s)))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() || !json.Valid(s) {
		return nil, false
	}
	return v, true
}

func TestParseLDRepairs(t *testing.T) {
	for _, c := range []struct{ in, want, repairs string }{
		{`{"a": 1}`, `{"a":1}`, ""},
		{"// John\n{\"a\": \"// kept\"}", `{"a":"// kept"}`, "comment"},
		{"{/* x */\"a\": [1, 2,], }", `{"a":[1,2]}`, "comment trailing_comma"},
		{"<!-- a note -->\n{\"a\":1}", `{"a":1}`, "html_comment"},
		{"<!--\n{\"a\":\"<!-- kept -->\"}\n-->", `{"a":"<!-- kept -->"}`, "html_comment"},
		{"//<![CDATA[\n{\"a\":1}\n//]]>", `{"a":1}`, "comment"},
		{"<![CDATA[{\"a\":1}]]>", `{"a":1}`, "html_comment"},
		{"{\"a\": \"x\n\ty\"}", `{"a":"x\n\ty"}`, "control_character"},
		{`{"a": "O\'Neil \x"}`, `{"a":"O'Neil x"}`, "bad_escape"},
		{`{"a":1};`, `{"a":1}`, "semicolon"},
		{"\ufeff{\"a\":1}", `{"a":1}`, "byte_order_mark"},
		{`{"a":"\ud83d\ude00 \ud83d"}`, `{"a":"😀 ` + "\ufffd" + `"}`, ""},
	} {
		vs, repairs, err := parseLD([]byte(c.in))
		if err != nil || len(vs) != 1 {
			t.Errorf("%s: %d values, %v", c.in, len(vs), err)
			continue
		}
		want, _ := byStandard([]byte(c.want))
		if !reflect.DeepEqual(vs[0].plain(), want) {
			t.Errorf("%s: got %v, want %v", c.in, vs[0].plain(), want)
		}
		if got := strings.Join(repairs, " "); got != c.repairs {
			t.Errorf("%s: repairs %q, want %q", c.in, got, c.repairs)
		}
	}
}

func TestParseLDSeveralAndNone(t *testing.T) {
	vs, repairs, err := parseLD([]byte(`{"a":1} {"b":2}`))
	if err != nil || len(vs) != 2 || strings.Join(repairs, " ") != "several_values" {
		t.Errorf("%d values, %v, %v", len(vs), repairs, err)
	}
	for _, in := range []string{"", "  \n ", "<!-- nothing -->", "// nothing"} {
		if vs, _, err := parseLD([]byte(in)); err != nil || len(vs) != 0 {
			t.Errorf("%q: %d values, %v", in, len(vs), err)
		}
	}
}

func TestParseLDRefuses(t *testing.T) {
	for in, at := range map[string]string{
		`{"a"`: "byte 4", `{"a":}`: "byte 5", `{"a":"secret`: "byte 5", `[1 2]`: "byte 3", `{a:1}`: "byte 1", `{"a":01}`: "byte 5",
		strings.Repeat("[", 200): "byte 101", "function(){}": "byte 0",
	} {
		_, _, err := parseLD([]byte(in))
		if err == nil || !strings.Contains(err.Error(), at+":") {
			t.Errorf("%.20s: %v, want %s", in, err, at)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Error("the error quotes the page")
		}
	}
}

func TestParseLDSpans(t *testing.T) {
	in := `{"@graph": [ {"x": 1}, {"y": [2]} ]}`
	vs, _, err := parseLD([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	g, _ := vs[0].get("@graph")
	if got := in[g.items[1].lo:g.items[1].hi]; got != `{"y": [2]}` {
		t.Errorf("span holds %s", got)
	}
}

// Whatever encoding/json accepts is read equally and without a repair.
func FuzzParseLD(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",null,true]}`, "// c\n{\"a\":1,}", `<!-- {"a":1} -->`, `"\ud800\u0041"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		vs, repairs, err := parseLD(s)
		want, ok := byStandard(s)
		if !ok {
			return
		}
		if err != nil {
			if strings.Contains(err.Error(), "nested deeper") || strings.Contains(err.Error(), "more than") {
				return
			}
			t.Fatalf("encoding/json reads it, we do not: %v", err)
		}
		if len(vs) != 1 || len(repairs) != 0 || !reflect.DeepEqual(vs[0].plain(), want) {
			t.Fatalf("read differently: %d values, repairs %v", len(vs), repairs)
		}
	})
}
