package formats

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"clientbase/internal/errs"
)

func TestArrayLines(t *testing.T) {
	cases := map[string]string{
		"[{\"a\":1},\n {\"a\":\"x,\\\"]\",\"b\":[1,2]}]\n": " {\"a\":1}\n  {\"a\":\"x,\\\"]\",\"b\":[1,2]} \n",
		"{\"a\":1}\n{\"a\":2}\n":                           "{\"a\":1}\n{\"a\":2}\n",
		"\xEF\xBB\xBF\n[\n{\"a\":{\"b\":[{}]}}\n]":         "\xEF\xBB\xBF\n  {\"a\":{\"b\":[{}]}}  ",
	}
	for in, want := range cases {
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			got, err := io.ReadAll(&arrayLines{r: r})
			if err != nil || string(got) != want {
				t.Errorf("%q: %q, %v", in, got, err)
			}
		}
	}
}

// An array of objects is a file of rows, as most programs write JSON.
func TestJSONArrayIsRead(t *testing.T) {
	text := "[\n  {\"name\": \"Anna\", \"born\": \"1980-01-02\"},\n  {\n    \"name\": \"Petr\"\n  }\n]\n"
	f, ok := Guess(List(), "people.json", []byte(text))
	if !ok || f.Name != "ndjson" {
		t.Fatalf("guessed %s", f.Name)
	}
	r, err := f.Open(Input{Name: "people.json", R: strings.NewReader(text), Size: -1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil || row.Err != nil {
			t.Fatalf("%v %v", err, row.Err)
		}
		if at := strings.Index(text[row.Off:], "{"); at < 0 || at > 4 {
			t.Errorf("row at byte %d", row.Off)
		}
		names = append(names, string(row.Fields[0].Value))
	}
	if strings.Join(names, " ") != "Anna Petr" {
		t.Errorf("%v", names)
	}
}

// An array without its end is a file that was cut, wherever that was: nothing of it is
// taken for all of it.
func TestCutJSONArrayIsRefused(t *testing.T) {
	whole := `[{"name":"Anna"}, {"name":"Petr"}]`
	for n := 1; n <= len(whole); n++ {
		r, err := NewNDJSON(Input{Name: "people.json", R: strings.NewReader(whole[:n]), Size: int64(n)}, Options{})
		for err == nil {
			_, err = r.Next()
		}
		e, ok := errs.Of(err)
		if refused := ok && e.Kind == errs.Integrity; refused != (n < len(whole)) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}
