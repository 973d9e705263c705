package schemas

import "testing"

// What is touched is as it was made: zeros, as many as asked for.
func TestTouched(t *testing.T) {
	for _, n := range []int{0, 1, 511, 512, 513, 5000} {
		list := Touched[uint64](n)
		if len(list) != n {
			t.Fatalf("%d places where %d were asked for", len(list), n)
		}
		for i, v := range list {
			if v != 0 {
				t.Fatalf("place %d of %d holds %d", i, n, v)
			}
		}
	}
}
