package segment

import (
	"regexp"
	"slices"
	"strings"

	"clientbase/internal/suggest"
)

// comparisons are the keys of a comparison.
var comparisons = []string{"equals", "in", "between", "ge", "gt", "le", "lt", "set"}

// numberForm is a literal that compares exactly: DECIMAL(38,8).
var numberForm = regexp.MustCompile(`^-?[0-9]{1,28}(\.[0-9]{1,8})?$`)

// compare reads the comparison of a leaf or field. known are the values that
// there can be, when closed.
func (o object) compare(typ Type, known []string, closed, setOnly bool) Compare {
	var c Compare
	var given []string
	for _, k := range comparisons {
		if _, ok := o.vals[k]; ok {
			given = append(given, k)
		}
	}
	bounds := slices.ContainsFunc(given, func(k string) bool { return len(k) == 2 && k != "in" })
	others := slices.ContainsFunc(given, func(k string) bool { return len(k) != 2 || k == "in" })
	switch {
	case len(given) == 0 && len(o.vals)*2 < len(o.y.Content):
		return c // a key that was not understood may have been the comparison
	case len(given) == 0:
		o.fault("add one of "+list(comparisons), "nothing to compare with")
		return c
	case bounds && others || !bounds && len(given) > 1:
		o.fault("write another leaf beside it", "%s cannot stand together", strings.Join(given, " and "))
		return c
	}
	for _, k := range given {
		p := o.vals[k]
		switch {
		case k == "set":
			c.Set = p.flag()
		case setOnly:
			p.fault("write set: true or set: false", "its values are protected: a rule can only ask whether there is one")
		case k == "equals" || k == "in":
			for _, v := range p.items() {
				if val, ok := v.value(typ); ok {
					if closed && !slices.Contains(known, val.Text) {
						v.fault(suggest.Hint(val.Text, known), "no source gives the value %s", val.Text)
						continue
					}
					c.In = append(c.In, val)
				}
			}
		case typ == Text:
			p.fault("equals and in compare texts", "a text has no order")
		case k == "between":
			items := p.items()
			if !p.isList() || len(items) != 2 {
				p.fault("write between: [from, to]; both ends are included", "two values are expected here")
				continue
			}
			lo, ok1 := items[0].value(typ)
			hi, ok2 := items[1].value(typ)
			if ok1 && ok2 {
				if less(typ, hi.Text, lo.Text) {
					p.fault("write the smaller one first", "the range is empty")
				}
				c.Ge, c.Le = &lo, &hi
			}
		default:
			if v, ok := p.value(typ); ok {
				*map[string]**Value{"ge": &c.Ge, "gt": &c.Gt, "le": &c.Le, "lt": &c.Lt}[k] = &v
			}
		}
	}
	return c
}

// value reads a literal of a type.
func (p place) value(typ Type) (Value, bool) {
	t := p.text()
	if !p.isText() {
		return Value{}, false
	}
	switch typ {
	case Date:
		d := p.day()
		if d == nil {
			return Value{}, false
		}
		return Value{d.String()}, true
	case Number:
		n := strings.ReplaceAll(strings.TrimPrefix(t, "+"), "_", "")
		if !numberForm.MatchString(n) {
			p.fault("write it like 3000 or 99.50, with at most 8 decimals", "not a number")
			return Value{}, false
		}
		return Value{n}, true
	}
	if t == "" {
		p.fault("set: false asks for those without a value", "an empty text is no value")
		return Value{}, false
	}
	return Value{t}, true
}

// less compares two literals of a type.
func less(typ Type, a, b string) bool {
	if typ == Number {
		return decimal(a).Cmp(decimal(b)) < 0
	}
	return a < b
}

// ordered tells comparisons with bounds from lists.
func (c *Compare) ordered() bool { return c.Ge != nil || c.Gt != nil || c.Le != nil || c.Lt != nil }
