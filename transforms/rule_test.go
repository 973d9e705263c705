package transforms

import (
	"slices"
	"testing"

	"clientbase/schemas"
)

func TestRuleOrder(t *testing.T) {
	rules := Rules()
	seen := map[string]bool{}
	for i, r := range rules {
		if seen[r.ID] || r.Version < 1 || r.Doc == "" || len(r.Writes) == 0 {
			t.Errorf("rule %q: id twice, no version, no sentence or nothing to write", r.ID)
		}
		seen[r.ID] = true
		for _, later := range rules[i+1:] {
			if overlap(later.Writes, r.Reads) && !overlap(later.Writes, r.Writes) {
				t.Errorf("%s reads what %s writes after it", r.Name(), later.Name())
			}
		}
	}
	names := func(rs []Rule) (out []string) {
		for _, r := range rs {
			out = append(out, r.ID)
		}
		return out
	}
	got := names(inOrder([]Rule{
		{ID: "derive", Reads: []string{"b"}, Writes: []string{"c"}},
		{ID: "c", Reads: []string{"c"}, Writes: []string{"c"}},
		{ID: "b", Reads: []string{"b"}, Writes: []string{"b"}},
		{ID: "b2", Reads: []string{"b"}, Writes: []string{"b"}},
	}))
	if want := []string{"b", "b2", "derive", "c"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

// TestProjectAttribute: an attribute of a project is cleansed by its kind, and
// an unknown one is kept.
func TestProjectAttribute(t *testing.T) {
	attrs := append(schemas.Builtin().Attrs, schemas.Attr{ID: "work_phone", Kind: schemas.KindPhone, Party: schemas.Both, Multi: true},
		schemas.Attr{ID: "limit", Kind: schemas.KindNumber}, schemas.Attr{ID: "unp", Kind: schemas.KindCode})
	set := NewSet(schemas.NewDictionary(attrs...))
	b := batchOf("work_phone", "8 (916) 111-22-33 доб. 4", "", "нет")
	for attr, text := range map[string]string{"limit": "1 234,50", "odd": "  a   b "} {
		col := &schemas.Cells{}
		col.Append(schemas.Cell{Value: text, Status: schemas.Raw})
		col.EndRow()
		col.EndRow()
		col.EndRow()
		b.In[attr] = col
	}
	if err := set.Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	for attr, want := range map[string]string{"work_phone": "+79161112233;ext=4", "limit": "1234.50", "odd": "a b"} {
		col := b.Out[attr]
		if col == nil || col.Rows() != b.Rows {
			t.Fatalf("%s: no column of %d rows", attr, b.Rows)
		}
		if got := col.Row(0)[0].Value; got != want {
			t.Errorf("%s: %q, want %q", attr, got, want)
		}
	}
	if c := b.Out["work_phone"].Row(0)[0]; b.Chains[c.Chain] != phoneID || b.Fields[c.Field] != "F" {
		t.Errorf("chain or field lost: %+v", c)
	}
	if c := b.Out["work_phone"].Row(2)[0]; c.Status != schemas.Junk || c.Value != "" {
		t.Errorf("junk: %+v", c)
	}
}

func TestFromDocument(t *testing.T) {
	b := batchOf("rnokpp", "1759013776", "1759013776", "1759013770", "1759013776")
	born := &schemas.Cells{}
	for _, v := range []string{"", "01.01.1950", "", "01.01.1900"} {
		if v != "" {
			born.Append(schemas.Cell{Value: v, Status: schemas.Raw, Field: 1})
		}
		born.EndRow()
	}
	b.In["birth_date"] = born
	if err := Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	out := b.Out["birth_date"]
	if c := out.Row(0); len(c) != 1 || c[0].Value != "1948-02-28" || c[0].Reason != schemas.FromDocument || b.Chains[c[0].Chain] != rnokppID+">birth_from_document@1" {
		t.Errorf("a missing birth date comes from the number: %+v", c)
	}
	if c := out.Row(1); len(c) != 1 || c[0].Value != "1950-01-01" {
		t.Errorf("a birth date that is there stays: %+v", c)
	}
	if c := out.Row(2); len(c) != 0 {
		t.Errorf("an invalid number proves nothing: %+v", c)
	}
	if c := out.Row(3); len(c) != 2 || c[0].Status != schemas.Junk || c[1].Value != "1948-02-28" {
		t.Errorf("a placeholder is no birth date: %+v", c)
	}
	if c := b.Out["gender"].Row(0); len(c) != 1 || c[0].Value != "m" {
		t.Errorf("gender from the number: %+v", c)
	}
}
