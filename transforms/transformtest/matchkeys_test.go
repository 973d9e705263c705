package transformtest

import (
	"testing"

	"clientbase/internal/demobank"
	"clientbase/schemas"
	"clientbase/transforms"
)

// TestMatchKeys: the Russian, the Ukrainian and every Latin spelling of a person
// have a key in common in at least 99 of 100 pairs, and a block of one key holds
// at most 1.5 different names.
func TestMatchKeys(t *testing.T) {
	keys := transforms.Keys(schemas.KindFullName)
	of := func(n [2]string) map[string]bool {
		out := map[string]bool{}
		r, ok := transforms.CleanKind("name", "RU")
		if !ok {
			t.Fatal("no kind name")
		}
		whole := ""
		r.Add(n[0]+" "+n[1], func(rs []transforms.Result) { whole = rs[0].Out })
		for _, k := range keys {
			if k.Name == "skeleton" || k.Name == "lemma" {
				k.Of(whole, func(key string) { out[k.Name+" "+key] = true })
			}
		}
		return out
	}
	type count struct{ met, all int }
	var ruUk, cyrLatin, latinLatin count
	names := map[string]map[string]bool{} // key → names
	n := 0
	err := demobank.Spellings(demobank.Options{Records: 20_000, Seed: 7}, func(s demobank.Spelling) {
		if n++; n > 6000 {
			return
		}
		ru, uk := of(s.Ru), of(s.Uk)
		meet := func(c *count, a, b map[string]bool, what ...[2]string) {
			c.all++
			for k := range a {
				if b[k] {
					c.met++
					return
				}
			}
			if c.all-c.met <= 8 {
				t.Logf("no key in common: %v", what)
			}
		}
		meet(&ruUk, ru, uk, s.Ru, s.Uk)
		var latin []map[string]bool
		for _, l := range s.Latin {
			latin = append(latin, of(l))
		}
		for i := range latin {
			meet(&cyrLatin, ru, latin[i], s.Ru, s.Latin[i])
			meet(&cyrLatin, uk, latin[i], s.Uk, s.Latin[i])
			for j := range i {
				meet(&latinLatin, latin[i], latin[j], s.Latin[i], s.Latin[j])
			}
		}
		for k := range ru {
			if names[k] == nil {
				names[k] = map[string]bool{}
			}
			names[k][s.Name] = true
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, set := range names {
		total += len(set)
	}
	growth := float64(total) / float64(len(names))
	for _, c := range []struct {
		what string
		count
	}{{"Russian and Ukrainian", ruUk}, {"Cyrillic and Latin", cyrLatin}, {"Latin of two eras", latinLatin}} {
		recall := float64(c.met) / float64(max(c.all, 1))
		t.Logf("%-22s %6d pairs of spellings, recall %.4f", c.what, c.all, recall)
		if c.all < 2000 || recall < 0.99 {
			t.Errorf("%s: recall %.4f is under 0.99", c.what, recall)
		}
	}
	t.Logf("%d keys, %.3f names in a block", len(names), growth)
	if growth > 1.5 {
		t.Errorf("a block holds %.2f names, more than 1.5", growth)
	}
}
