package segment

import (
	"fmt"
	"strings"
)

// words renders a node for people: what it asks, with the window as days.
func (w *why) words(n *Node) string {
	switch n.Op {
	case All:
		return "all of"
	case Any:
		return "any of"
	case Not:
		return "not"
	case OpAttr:
		return n.Attr.Attr + n.Attr.words()
	case OpHolds, OpHad, OpNever:
		return n.Product.words(n.Op, w.p.day)
	case OpCount, OpSum:
		return n.Fact.words(w.p.day)
	case OpLife:
		return n.Life.words(w.p.day)
	}
	return "in segment " + n.Use
}

func (c *Compare) words() string {
	var parts []string
	if c.Set != nil {
		if *c.Set {
			return " is set"
		}
		return " is not set"
	}
	if c.Ge != nil && c.Le != nil {
		return fmt.Sprintf(" from %s to %s", c.Ge.Text, c.Le.Text)
	}
	for _, b := range []struct {
		sign string
		v    *Value
	}{{"≥", c.Ge}, {">", c.Gt}, {"≤", c.Le}, {"<", c.Lt}} {
		if b.v != nil {
			parts = append(parts, " "+b.sign+" "+b.v.Text)
		}
	}
	if len(c.In) == 1 {
		return " = " + c.In[0].Text
	}
	if len(c.In) > 1 {
		var list []string
		for _, v := range c.In {
			list = append(list, v.Text)
		}
		return " in " + strings.Join(list, ", ")
	}
	return strings.Join(parts, " and")
}

func (t *ProductTest) words(op Op, asOf Day) string {
	what := "any product"
	if len(t.Product) > 0 {
		what = strings.Join(t.Product, " or ")
	}
	if len(t.Status) > 0 {
		what += ", status " + strings.Join(t.Status, " or ")
	}
	switch op {
	case OpHolds:
		what = "holds " + what
		if t.MaturesWithin != nil {
			what += fmt.Sprintf(", ending by %s (%s)", t.MaturesWithin.After(asOf), t.MaturesWithin.Text)
		}
	case OpHad:
		what = "had " + what
		if t.From != nil {
			what += " from " + t.From.String()
		}
		if t.To != nil {
			what += " to " + t.To.String()
		}
	case OpNever:
		what = "never had " + what
	}
	return what
}

func (t *FactTest) words(asOf Day) string {
	what := t.Kind + "s"
	var where []string
	for _, f := range t.Where {
		if f.Field == "kind" && len(f.In) == 1 {
			what = f.In[0].Text + "s"
			continue
		}
		where = append(where, f.Field+f.words())
	}
	if t.Field != "" {
		what = t.Field + " of " + what
	}
	if len(where) > 0 {
		what += " (" + strings.Join(where, ", ") + ")"
	}
	first, last := t.window(asOf)
	switch {
	case t.Within != nil:
		what += fmt.Sprintf(" in %s (%s to %s)", t.Within.Text, first, last)
	case first != nil:
		what += fmt.Sprintf(" from %s to %s", first, last)
	default:
		what += " up to " + last.String()
	}
	return what + t.Compare.words()
}

func (t *LifeTest) words(asOf Day) string {
	what := "lifecycle " + strings.Join(t.State, " or ")
	if t.EnteredWithin != nil {
		what += fmt.Sprintf(" since %s or later (%s)", t.EnteredWithin.First(asOf), t.EnteredWithin.Text)
	}
	if t.ForAtLeast != nil {
		what += fmt.Sprintf(" since %s or earlier (%s)", t.ForAtLeast.Before(asOf), t.ForAtLeast.Text)
	}
	if t.Episode != nil {
		what += ", episode" + t.Episode.words()
	}
	return what
}
