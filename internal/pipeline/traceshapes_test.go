package pipeline

import (
	"encoding/json"
	"strings"
	"testing"

	"clientbase/schemas"
)

func TestAShapedCardShowsNoValue(t *testing.T) {
	card := &Trace{Name: "Канарейкин Пётр", Values: []TraceValue{
		{Attr: "surname", Value: "Канарейкин", Source: "КАНАРЕЙКИН", Field: "NAME", Place: "clients.csv line 2"},
		{Attr: "birth_date", Value: "1980-02-01", Source: "01.02.1980"},
		{Attr: "phone", Value: "+791•••01", Source: "+9{11}"},
	}}
	card.Shaped(schemas.Builtin())
	name := TraceDerived{Column: "display_name", Value: "Канарейкин Пётр"}
	name.Shaped()
	text, err := json.Marshal([]any{card, name})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"анарейкин", "АНАРЕЙКИН", "Пётр", "1980"} {
		if strings.Contains(string(text), word) {
			t.Errorf("%q is still there: %s", word, text)
		}
	}
	for _, word := range []string{"Л{10}", "+791•••01", "clients.csv line 2", "9{4}-9{2}-9{2}"} {
		if !strings.Contains(string(text), word) {
			t.Errorf("%q is gone: %s", word, text)
		}
	}
}
