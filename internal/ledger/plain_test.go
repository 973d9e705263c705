package ledger

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// What the short way takes, it reads as a decoder of JSON does; it takes what is
// written, unless something in it is escaped.
func TestPlainLeavesReadAsJSON(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 123456000, time.UTC)
	var texts []string
	for _, c := range []struct {
		leaf  Leaf
		plain bool
	}{
		{Leaf{At: at, Kind: RunBegun}, true},
		{Leaf{At: at.Truncate(time.Second), Kind: Acted, Actor: "anna", Role: "dpo", Subject: "journal 17", Sums: []Sum{{"frame", "00ff"}}}, true},
		{Leaf{At: at, Kind: RunEnded, Run: "20260301T100000Z-0a1b2c3d", Sums: []Sum{{"files", "aa"}, {"files_from", "0"}, {"files_to", "17"}}}, true},
		{Leaf{At: at, Kind: Exported, Actor: "Анна О’Нил", Subject: "list <1> & more"}, true},
		{Leaf{At: at, Kind: Exported, Actor: `a "b" \ c`}, false},
		{Leaf{At: at, Kind: Exported, Actor: "line\nline\u2028"}, false},
	} {
		text, err := c.leaf.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := plain(text); ok != c.plain {
			t.Errorf("%s: taken %v", text, ok)
		}
		texts = append(texts, string(text))
	}
	whole := texts[2]
	for i := range whole { // every cut, and every byte another
		texts = append(texts, whole[:i])
		for _, c := range "\x00\\\"}{],:0 \xffя" {
			texts = append(texts, whole[:i]+string(c)+whole[i+1:], whole[:i]+string([]byte{byte(c)})+whole[i+1:])
		}
	}
	texts = append(texts, whole+" ", whole+"}", strings.Replace(whole, `"sums"`, `"Sums"`, 1), strings.Replace(whole, `"run"`, `"more":1,"run"`, 1),
		strings.Replace(whole, `"format":1`, `"format":2`, 1), strings.Replace(whole, `[{`, `[{"name":"x","hash":"y"},{`, 1), strings.Replace(whole, "10:00", "25:00", 1))
	taken := 0
	for _, text := range texts {
		got, ok := plain([]byte(text))
		if !ok {
			continue
		}
		taken++
		var want Leaf
		if err := json.Unmarshal([]byte(text), &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, JSON says %+v, %v", text, got, want, err)
		}
	}
	if taken < 100 {
		t.Errorf("only %d of %d texts were taken", taken, len(texts))
	}
}
