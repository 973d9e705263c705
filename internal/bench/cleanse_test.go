package main

import (
	"testing"

	"clientbase/schemas"
	"clientbase/transforms"
)

// The bench must measure values that are cleansed, not ones that are refused.
func TestTheBenchCleansesMostlyGoodValues(t *testing.T) {
	b := cleanseBatch(0, "")
	if len(b.In) != 15 {
		t.Fatalf("%d attributes", len(b.In))
	}
	prof := transforms.NewProfile(schemas.Builtin())
	prof.Add(b)
	if err := transforms.NewSet(schemas.Builtin()).Apply(b, prof.Model()); err != nil {
		t.Fatal(err)
	}
	for _, attr := range []string{"surname", "birth_date", "phone", "email", "address", "inn", "snils", "passport", "rnokpp", "iban"} {
		out := b.Out[attr]
		if out == nil {
			t.Errorf("%s: nothing came out", attr)
			continue
		}
		good := 0
		for i := range b.Rows {
			for _, c := range out.Row(i) {
				if c.Status.Usable() {
					good++
				}
			}
		}
		if good < b.Rows*8/10 {
			t.Errorf("%s: %d of %d usable", attr, good, b.Rows)
		}
	}
}
