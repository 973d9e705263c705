package pipeline

import (
	"slices"
	"testing"

	"clientbase/internal/state"
)

func TestClustersThatStayHoldOneClientWhole(t *testing.T) {
	none := state.None
	clusters := []uint32{0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6}
	was := []uint32{7, 7, 8, 9, none, 9, 5, 6, none, none, none}
	want := []bool{true, true, false, false, false, false, false}
	if got := staying(clusters, was); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := staying([]uint32{0, 1, 0, 1}, []uint32{3, 4, 4, 3}); got[0] || got[1] {
		t.Error("clusters that exchanged records stay")
	}
}
