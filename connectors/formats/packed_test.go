package formats

import (
	"errors"
	"io"
	"strings"
	"testing"

	"clientbase/internal/errs"
)

// A failure of the place (a packed file that is cut) keeps its kind through
// every format that reads text.
func TestFailuresOfThePlaceKeepTheirKind(t *testing.T) {
	cut := errs.New(errs.Integrity, "read", "f", "the packed file is cut", "again")
	for _, f := range []struct{ name, text string }{
		{"delimited", "ID;NAME\n1;Анна\n2;Пётр\n"},
		{"ndjson", "{\"a\":1}\n{\"a\":2}\n"},
		{"ipm", "\x00\x00\x00\x10"},
	} {
		form, ok := ByName(List(), f.name)
		if !ok {
			t.Fatal(f.name)
		}
		in := Input{Name: "f", R: io.MultiReader(strings.NewReader(f.text), failing{cut}), Size: -1}
		r, err := form.Open(in, Options{})
		for err == nil {
			_, err = r.Next()
		}
		if e, ok := errs.Of(err); !ok || e.Kind != errs.Integrity || errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", f.name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
