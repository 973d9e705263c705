package dedupe

import (
	"context"
	"fmt"
	"testing"
)

// Two different personal numbers part two records for good where a check digit
// guards the numbers; numbers that nothing guards may be a mistake.
func TestUnprovedNumbers(t *testing.T) {
	for _, unproved := range []bool{false, true} {
		s := synthetic(6, 300, 0.02)
		numbers := make([]string, s.table.Rows)
		for r := range numbers {
			numbers[r] = fmt.Sprintf("%09d", 100_000_007*uint64(s.truth[r]+3)%1_000_000_007)
		}
		odd := -1 // a record with another number than its person's other ones
		for r := 1; r < len(numbers) && odd < 0; r++ {
			if s.truth[r] == s.truth[r-1] {
				odd, numbers[r] = r, "987654321"
			}
		}
		c := NewColumn("number", NationalID, numbers)
		c.Unproved = unproved
		s.table.Cols = append(s.table.Cols, c)
		md, err := Train(context.Background(), s.table, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := compile(s.table, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := md.bind(m); err != nil {
			t.Fatal(err)
		}
		if may := newScorers(m, md, 1)[0].mayJoin(uint32(odd), uint32(odd-1)); may != unproved {
			t.Errorf("unproved %v: may be one party %v", unproved, may)
		}
		ex, err := Explain(s.table, md, uint32(odd), uint32(odd-1))
		if err != nil {
			t.Fatal(err)
		}
		if why := ex.Forbidden; unproved != (why == "") || !unproved && ex.Zone != "separate" {
			t.Errorf("unproved %v: explained as %q, zone %s", unproved, why, ex.Zone)
		}
	}
}
