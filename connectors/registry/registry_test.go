package registry

import "testing"

func TestFamiliesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range []string{"corebank", "cards", "callcentre", "web", "command"} {
		if _, ok := ByKind(kind); !ok {
			t.Errorf("the documented kind %s is not listed", kind)
		}
	}
	for _, f := range All() {
		if f.Kind == "" || f.Doc == "" || f.Check == nil || f.Open == nil || seen[f.Kind] {
			t.Errorf("family %q is incomplete or stands twice", f.Kind)
		}
		seen[f.Kind] = true
		if g, ok := ByKind(f.Kind); !ok || g.Kind != f.Kind {
			t.Errorf("%s is not found", f.Kind)
		}
	}
	if _, ok := ByKind("fax"); ok {
		t.Error("an unknown kind was found")
	}
}
