package transforms

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"clientbase/schemas"
)

// TestProfileOrder: cuts, order and merging of profiles change nothing, and a
// model reads back as it was written.
func TestProfileOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var cells []string
	for range 3000 {
		cells = append(cells, []string{"03/04/1980", "25/12/1980", "12/31/1999", "01.02.1990", "1990-02-01", "x"}[rng.IntN(6)])
	}
	model := func(cut, workers int, shuffle bool) []byte {
		text := append([]string(nil), cells...)
		if shuffle {
			rng.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] })
		}
		ps := make([]*Profile, workers)
		for i := range ps {
			ps[i] = NewProfile(schemas.Builtin())
		}
		for i := 0; i < len(text); i += cut {
			ps[i/cut%workers].Add(batchOf("birth_date", text[i:min(i+cut, len(text))]...))
		}
		for _, p := range ps[1:] {
			ps[0].Merge(p)
		}
		var out bytes.Buffer
		if err := ps[0].Model().Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	want := model(3000, 1, false)
	for _, cut := range []int{1, 7, 1000} {
		for _, workers := range []int{1, 3} {
			if got := model(cut, workers, true); !bytes.Equal(got, want) {
				t.Fatalf("cut %d, %d workers: another model", cut, workers)
			}
		}
	}
	m, err := ReadModel(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := m.Write(&again); err != nil || !bytes.Equal(again.Bytes(), want) {
		t.Errorf("read and written again: %v\n%s", err, again.Bytes())
	}
	if v, ok := m.Dates("s/t", "F"); !ok || v.word() != "conflict" {
		t.Errorf("both orders: %+v", v)
	}
	if bytes.Contains(want, []byte("1980")) {
		t.Error("a client's value stands in the model")
	}
	if _, err := ReadModel(bytes.NewReader([]byte("datum: 3\n"))); err == nil {
		t.Error("unknown key accepted")
	}
	var none *Model
	if err := none.Write(&again); err != nil {
		t.Error(err)
	}
}

// TestRareOrderIsTyping: one value in thousands against the order of its column
// does not spoil the column.
func TestRareOrderIsTyping(t *testing.T) {
	v := DateVotes{DMY: 4000, MDY: 1}
	if o, conflict := v.decide(orderDMY | orderMDY); o != orderDMY || conflict {
		t.Errorf("order %d conflict %v", o, conflict)
	}
	v.MDY = 3
	if _, conflict := v.decide(orderDMY | orderMDY); !conflict {
		t.Error("no conflict")
	}
}
