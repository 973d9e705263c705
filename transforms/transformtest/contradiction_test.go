package transformtest

import (
	"fmt"
	"slices"
	"testing"

	"clientbase/schemas"
	"clientbase/transforms"
)

// wordOf gives the truth's word for what a check finds.
func wordOf(check string) string {
	switch check {
	case "gender_patronymic", "gender_given":
		return "gender_name"
	case "surname_patronymic", "surname_given":
		return "surname_form"
	}
	return check
}

// TestContradictions measures the cross-checks: at least 98 % of the
// contradictions of the generator are found, and at most 0.5 % of the records
// are said to hold one that they do not.
func TestContradictions(t *testing.T) {
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { contradictions(t, measure(t, seed)) })
	}
}

func contradictions(t *testing.T, m *measured) {
	type count struct{ planted, found, alarms int }
	lines := map[string]*count{}
	line := func(w string) *count {
		if lines[w] == nil {
			lines[w] = &count{}
		}
		return lines[w]
	}
	var planted, found, alarmed int
	shown := 0
	for i := range m.samples {
		s := &m.samples[i]
		b, row := m.batches[m.at[i][0]], m.at[i][1]
		var told []string
		if col := b.Out[schemas.Conflicts]; col != nil {
			cells := col.Row(row)
			for k := 0; k+1 < len(cells); k += 2 {
				c, ok := transforms.CrossCheckOf(b.Chains[cells[k].Chain])
				if w := wordOf(c.ID); ok && !slices.Contains(told, w) {
					told = append(told, w)
				}
			}
		}
		for _, w := range s.Contradictions {
			line(w).planted++
			planted++
			if slices.Contains(told, w) {
				line(w).found++
				found++
			} else if shown++; shown <= 25 {
				t.Logf("missed %s in %v", w, s.Cells)
			}
		}
		accused := 0
		for _, w := range told {
			if !slices.Contains(s.Contradictions, w) {
				line(w).alarms++
				accused++
				if shown++; shown <= 50 {
					t.Logf("alarm %s in %v", w, s.Cells)
				}
			}
		}
		if accused > 0 {
			alarmed++
		}
	}
	words := make([]string, 0, len(lines))
	for w := range lines {
		words = append(words, w)
	}
	slices.Sort(words)
	t.Logf("%-18s %8s %8s %8s", "contradiction", "in truth", "found", "alarms")
	for _, w := range words {
		c := lines[w]
		t.Logf("%-18s %8d %8d %8d", w, c.planted, c.found, c.alarms)
	}
	n := len(m.samples)
	t.Logf("%d of %d found (%.2f %%), %d of %d records falsely accused (%.3f %%)", found, planted, 100*float64(found)/float64(max(planted, 1)), alarmed, n, 100*float64(alarmed)/float64(n))
	if found*100 < planted*98 || alarmed*1000 > n*5 {
		t.Error("under 98 % found, or over 0.5 % of the records falsely accused")
	}
	if len(words) < 12 {
		t.Errorf("only %d kinds of contradiction are planted", len(words))
	}
}
