package transforms

import (
	"testing"

	"clientbase/schemas"
)

// Some texts are read back to each other for ever: they are damaged, and nobody
// can say what was meant.
func TestDamageWithoutEnd(t *testing.T) {
	const text = "ОЛЕНА (ЕЛЕН—А’)"
	fixed, damaged := unmangle(text)
	if !damaged || fixed == "" || undamaged(fixed) != "" {
		t.Fatalf("%q is read back as %q, %v: the test needs another text", text, fixed, damaged)
	}
	if n := ParseName(text); n.Status != schemas.Ambiguous || n.Reason != schemas.Mojibake {
		t.Errorf("name: %v %v %q", n.Status, n.Reason, n.Full)
	}
	if p := parsePart(text, roleGiven); p.Status != schemas.Ambiguous || p.Reason != schemas.Mojibake {
		t.Errorf("part: %v %v %q", p.Status, p.Reason, p.Text)
	}
}
