package dedupe

import "testing"

// The ask zone: one question for each two clusters, the strongest pair between
// them, nothing that the confident partition holds already, and with the right
// answers the most probable partition's recall is reached.
func TestAskZone(t *testing.T) {
	s := synthetic(6, 600, 0.1)
	b := judgedBase(t, s, 2)
	asks, err := b.prep.Ask(b.model, b.edges, b.part)
	if err != nil {
		t.Fatal(err)
	}
	if len(asks) == 0 {
		t.Fatal("nothing is asked")
	}
	type two struct{ x, y uint32 }
	seen := map[two]bool{}
	best := map[two]float32{}
	for _, d := range b.edges.List {
		k := two{min(b.part.Confident[d.A], b.part.Confident[d.B]), max(b.part.Confident[d.A], b.part.Confident[d.B])}
		best[k] = max(best[k], d.Bits)
	}
	parent := map[uint32]uint32{}
	var find func(x uint32) uint32
	find = func(x uint32) uint32 {
		if up, ok := parent[x]; ok {
			return find(up)
		}
		return x
	}
	for i, d := range asks {
		x, y := b.part.Confident[d.A], b.part.Confident[d.B]
		k := two{min(x, y), max(x, y)}
		switch {
		case x == y:
			t.Error("a pair of one client is asked about")
		case seen[k]:
			t.Error("two clusters are asked about twice")
		case d.Bits >= 0 && d.Bits != best[k]:
			t.Errorf("asked at %v bits, the strongest pair has %v", d.Bits, best[k])
		case i > 0 && asks[i-1].Bits < d.Bits:
			t.Error("not the strongest first")
		}
		seen[k] = true
		if s.truth[d.A] == s.truth[d.B] && find(x) != find(y) {
			parent[find(y)] = find(x)
		}
	}
	after := make([]uint32, s.table.Rows)
	for r, c := range b.part.Confident {
		after[r] = find(c)
	}
	likely, told := Evaluate(b.part.Cluster, s.truth), Evaluate(after, s.truth)
	if told.Recall < likely.Recall || told.Precision < likely.Precision {
		t.Errorf("with answers precision %.4f recall %.4f, without %.4f %.4f", told.Precision, told.Recall, likely.Precision, likely.Recall)
	}
}

// A cluster of two is as risky as its pair; strangers thrown together cost a
// merge each.
func TestFalseMerges(t *testing.T) {
	s := synthetic(7, 300, 0.05)
	b := judgedBase(t, s, 2)
	alone := make([]uint32, s.table.Rows)
	for r := range alone {
		alone[r] = uint32(r)
	}
	risk := func(of []uint32) float64 {
		x, err := b.prep.FalseMerges(b.model, of, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	if r := risk(alone); r != 0 {
		t.Errorf("nothing is merged, %v merges are false", r)
	}
	two := append([]uint32(nil), alone...)
	d := b.edges.List[0]
	two[d.A] = two[d.B]
	if r, want := risk(two), 1-Probability(float64(d.Bits)); r-want > 1e-6 || want-r > 1e-6 {
		t.Errorf("one merge of %v bits: %v false merges, want %v", d.Bits, r, want)
	}
	wrong := append([]uint32(nil), alone...)
	for r := range 6 { // records 0, 40, 80, …: other families
		wrong[r*40] = 0
	}
	if r := risk(wrong); r < 4.5 || r > 5 {
		t.Errorf("six strangers are five false merges, not %v", r)
	}
	if sure, likely := risk(b.part.Confident), risk(b.part.Cluster); sure > likely {
		t.Errorf("the confident partition is riskier: %v > %v", sure, likely)
	}
}
