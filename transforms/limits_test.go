package transforms

import (
	"strings"
	"testing"

	"clientbase/schemas"
)

// limitFile is rules/<rule>.yaml with one version that sets one limit.
func limitFile(rule, name, value string) schemas.RuleFile {
	return schemas.RuleFile{Rule: rule, File: "rules/" + rule + ".yaml",
		Versions: []schemas.RuleVersion{{No: 1, Reason: "policy", Source: "own", Licence: "own", Add: []schemas.RuleEntry{{List: "limits", Key: name, To: []string{value}}}}}}
}

// TestLimitsOfAProject: an age limit of the bank changes the verdict of the rule
// and of the check, the chain names its version, and a pin to none brings the
// program's back.
func TestLimitsOfAProject(t *testing.T) {
	run := func(own *Own) (birth schemas.Cell, conflicts int, chain string) {
		b := &schemas.Batch{Rows: 1, Stream: "core/clients", Region: "RU", AsOf: tablesAsOf, Party: []schemas.Party{schemas.Person},
			Fields: []string{"", "birth", "doc", "issued"}, Format: []string{"", "", "", ""}, Chains: []string{""}, In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
		put := func(attr, value string, field uint16) {
			c := &schemas.Cells{}
			c.Append(schemas.Cell{Value: value, Status: schemas.Raw, Field: field})
			c.EndRow()
			b.In[attr] = c
		}
		put("birth_date", "14.03.1920", 1)
		put("passport", "4502 123456", 2)
		put("passport_issued", "12.05.2009", 3)
		if err := NewSetWith(schemas.Builtin(), own).Apply(b, nil); err != nil {
			t.Fatal(err)
		}
		birth = b.Out["birth_date"].Row(0)[0]
		if c := b.Out[schemas.Conflicts]; c != nil {
			for _, x := range c.Row(0) {
				conflicts++
				chain = b.Chains[x.Chain]
			}
		}
		return birth, conflicts, chain
	}
	birth, conflicts, _ := run(nil)
	if birth.Status != schemas.OK || conflicts != 2 {
		t.Errorf("as shipped: %v, %d cells of contradictions", birth, conflicts)
	}
	own, faults := CompileOwn([]schemas.RuleFile{limitFile("date", "suspicious_age", "100"), limitFile("cross", "form_years", "7")}, "RU")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	birth, conflicts, _ = run(own)
	if birth.Status != schemas.Assumed || birth.Reason != schemas.OutOfRange || conflicts != 0 {
		t.Errorf("with the bank's limits: %v, %d cells of contradictions", birth, conflicts)
	}
	own, _ = CompileOwn([]schemas.RuleFile{limitFile("cross", "form_years", "5")}, "RU")
	if _, n, chain := run(own); n != 2 || !strings.HasSuffix(chain, "passport_issued@1+1") {
		t.Errorf("%d cells, chain %q", n, chain)
	} else if c, ok := CrossCheckOf(chain); !ok || c.ID != "passport_issued" {
		t.Errorf("the chain %q leads to no check", chain)
	}
	for _, f := range []schemas.RuleFile{limitFile("date", "suspicious_age", "old"), limitFile("date", "suspicious_age", "7"), limitFile("date", "passport_age", "14")} {
		if _, faults := CompileOwn([]schemas.RuleFile{f}, "RU"); len(faults) != 1 {
			t.Errorf("%v: %v", f.Versions[0].Add, faults)
		}
	}
}
