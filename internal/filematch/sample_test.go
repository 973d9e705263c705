package filematch

import (
	"fmt"
	"slices"
	"testing"

	"clientbase/dedupe"
	"clientbase/schemas"
)

// A file into which one system wrote after another: what only the later rows
// hold is recognised too, and their order changes nothing.
func TestRolesOfAFileOfSeveralSystems(t *testing.T) {
	const rows = 14_000
	cells := func(r int) [3]string {
		if r < 9000 {
			return [3]string{fmt.Sprintf("+7916%07d", r), "", "t"}
		}
		return [3]string{"", fmt.Sprintf("Пробнев%d Егор Тестович", r), "t"}
	}
	build := func(order func(int) int) (*fileTable, []dedupe.RoleGuess, []int) {
		ft := &fileTable{names: []string{"a", "name", "truth"}, in: []uint8{1, 1, 1}, rows: rows, file: make([]uint16, rows)}
		for range ft.names {
			ft.cols = append(ft.cols, &fileColumn{dict: schemas.NewDict()})
		}
		for r := range rows {
			for i, v := range cells(order(r)) {
				if i == 2 {
					v = fmt.Sprint(r) // another truth for every order
				}
				ft.cols[i].id = append(ft.cols[i].id, ft.cols[i].dict.Intern(v))
			}
		}
		without := map[int]bool{2: true}
		roles, err := ft.roles(nil, without)
		if err != nil {
			t.Fatal(err)
		}
		sample := ft.roleRows(0, rows, without)
		for i, r := range sample {
			sample[i] = order(r)
		}
		slices.Sort(sample)
		return ft, roles, sample
	}
	_, roles, sample := build(func(r int) int { return r })
	if roles[0].Role != dedupe.Phone || roles[1].Role != dedupe.FullName {
		t.Errorf("recognised %v and %v", roles[0].Role, roles[1].Role)
	}
	if len(sample) < 4500 || len(sample) > 5500 || sample[len(sample)-1] < 12_000 {
		t.Errorf("%d rows of the sample, the last %d", len(sample), sample[len(sample)-1])
	}
	if _, _, back := build(func(r int) int { return rows - 1 - r }); !slices.Equal(sample, back) {
		t.Error("the sample depends on the order of rows, or on the truth")
	}
}
