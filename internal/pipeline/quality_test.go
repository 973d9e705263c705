package pipeline

import (
	"maps"
	"testing"

	"clientbase/internal/state"
	"clientbase/schemas"
)

// qualityBase is a base of n rows in two streams: every third cell is junk,
// every fifth row has none, every seventh row is no longer in force.
func qualityBase(n int) (*state.Base, []bool) {
	b := state.NewBase()
	b.Streams = []string{"core/clients", "web/leads"}
	col := &state.Column{Off: []uint32{0}}
	in := make([]bool, n)
	for i := range n {
		b.Stream, b.Party = append(b.Stream, uint16(i>>2&1)), append(b.Party, uint8(schemas.Person))
		in[i] = i%7 != 0
		if i%5 != 0 {
			s, r := schemas.OK, schemas.Unchanged
			if i%3 == 0 {
				s, r = schemas.Junk, schemas.JunkWord
			}
			col.Status, col.Reason = append(col.Status, uint8(s)), append(col.Reason, uint16(r))
		}
		col.Off = append(col.Off, uint32(len(col.Status)))
	}
	b.Attrs["phone"] = col
	return b, in
}

// The counts are those of a plain look at every row.
func TestProfileCountsWhatIsInForce(t *testing.T) {
	b, in := qualityBase(210)
	got := profileOf(b, schemas.Attr{ID: "phone", Party: schemas.Person}, stretches(b, in))
	for no := range got {
		want := quality{reasons: map[verdictKey]int64{}}
		for i := range in {
			if !in[i] || i>>2&1 != no {
				continue
			}
			want.records++
			if i%5 == 0 {
				continue
			}
			want.filled++
			want.cells++
			if i%3 == 0 {
				want.status[schemas.Junk]++
				want.reasons[verdictKey{schemas.Junk, schemas.JunkWord}]++
			} else {
				want.usable++
				want.status[schemas.OK]++
				want.reasons[verdictKey{schemas.OK, schemas.Unchanged}]++
			}
		}
		q := got[no]
		if q.records != want.records || q.filled != want.filled || q.cells != want.cells || q.usable != want.usable || q.status != want.status || !maps.Equal(q.reasons, want.reasons) {
			t.Errorf("stream %d: %+v, want %+v", no, q, want)
		}
	}
	for no, q := range profileOf(b, schemas.Attr{ID: "kpp", Party: schemas.Org}, stretches(b, in)) {
		if q.records != 0 {
			t.Errorf("stream %d has %d records that could have a KPP", no, q.records)
		}
	}
}

// One attribute of a million rows; a dictionary has about 25.
func BenchmarkProfile(b *testing.B) {
	base, in := qualityBase(1_000_000)
	list := stretches(base, in)
	b.ReportAllocs()
	for b.Loop() {
		profileOf(base, schemas.Attr{ID: "phone", Party: schemas.Person}, list)
	}
}
