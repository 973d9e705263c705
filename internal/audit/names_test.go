package audit

import (
	"testing"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/schemas"
)

// Who asks by a name that cannot be is told so, and not that nothing was done.
func TestNamesThatCannotBe(t *testing.T) {
	p := &pipeline.Project{Dict: schemas.Builtin()}
	for _, c := range []struct {
		kind, name string
		list       []Line
		ok         bool
	}{
		{"value", "", nil, true}, {"value", "surname", nil, true}, {"value", "core/clients:17", nil, true},
		{"value", "3f2a90", nil, false}, {"value", "an_old_attribute", []Line{{}}, true},
		{"export", "autumn", nil, true}, {"export", "list-5f0e", nil, false}, {"export", "list-5f0e", []Line{{}}, true},
		{"access", "", []Line{{}}, true}, {"access", "17", []Line{{}}, false},
	} {
		list, err := known(p, c.kind, c.name)(c.list, nil)
		if (err == nil) != c.ok || c.ok && len(list) != len(c.list) {
			t.Errorf("%s %q: %v, %v", c.kind, c.name, list, err)
		}
		if e, is := errs.Of(err); err != nil && (!is || e.Hint == "") {
			t.Errorf("%s %q: %v tells nothing to try", c.kind, c.name, err)
		}
	}
}
