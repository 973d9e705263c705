package pipeline

import (
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// Shaped shows a card to somebody who follows values without seeing them: names,
// dates and source cells become shapes, everything about their origin stays.
// What is masked already stays masked.
func (t *Trace) Shaped(d *schemas.Dictionary) {
	t.Name = opaque.Shape(t.Name)
	for i := range t.Values {
		v := &t.Values[i]
		if a, ok := d.Attr(v.Attr); !ok || !a.PII.Protected() {
			v.Value = opaque.Shape(v.Value)
		}
		v.Source = opaque.Shape(v.Source)
	}
}

// Shaped is Shaped for an act: a value set by hand is one.
func (l *ActLine) Shaped(d *schemas.Dictionary) {
	if a, ok := d.Attr(l.Attr); !ok || !a.PII.Protected() {
		l.Value = opaque.Shape(l.Value)
	}
}

// ShapedDerived is Shaped for a computed value: only the name to show is one.
func (d *TraceDerived) Shaped() {
	if d.Column == "display_name" {
		d.Value = opaque.Shape(d.Value)
	}
}
