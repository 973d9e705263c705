package pipeline

import (
	"context"
	"maps"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/schemas"
)

// writeCodes publishes the dictionaries of codes and the lists in force.
func (r *river) writeCodes(ctx context.Context) error {
	for _, t := range []string{"code_values", "code_lists"} {
		if err := r.staging.Empty(ctx, t); err != nil {
			return err
		}
	}
	values := newTable("code_values", r.insertInto("code_values"), field("dictionary", textType), field("value", textType), field("en", textType), field("ru", textType),
		field("valid_from", dayType), field("valid_to", dayType))
	lists := newTable("code_lists", r.insertInto("code_lists"), field("dictionary", textType), field("list", textType), field("version", arrow.PrimitiveTypes.Int32),
		field("code", textType), field("value", textType), field("valid_from", dayType), field("valid_to", dayType))
	for i := range r.p.Codes {
		d := &r.p.Codes[i]
		for _, v := range d.Values {
			if err := values.text(d.ID).text(v.Value).text(v.En).text(v.Ru).date(v.From, v.From != schemas.FirstDay).date(v.Until, v.Until != schemas.LastDay).end(ctx); err != nil {
				return err
			}
		}
		for k := range d.Lists {
			l := d.Lists[k].At(d.ID, d.Lists[k].InForce())
			for _, code := range slices.Sorted(maps.Keys(l.Codes)) {
				for _, s := range l.Codes[code] {
					if err := lists.text(d.ID).text(l.Name).i32(int32(l.Version)).text(code).text(s.Value).date(s.From, s.From != schemas.FirstDay).date(s.Until, s.Until != schemas.LastDay).end(ctx); err != nil {
						return err
					}
				}
			}
		}
	}
	if err := values.flush(ctx); err != nil {
		return err
	}
	return lists.flush(ctx)
}
