package filematch

import (
	"math"

	"clientbase/schemas"
)

// roleSample is about how many rows tell what the columns of a file are.
const roleSample = 5000

// roleRows gives the rows from first to end by which columns are recognised:
// all of a small file, else some chosen by hash of what they hold. One system
// after another may have written into the file, so its head is not the file;
// and the order of its rows changes nothing. Columns without take no part.
func (t *fileTable) roleRows(first, end int, without map[int]bool) []int {
	n := end - first
	rows := make([]int, 0, min(n, 2*roleSample))
	if n <= roleSample {
		for r := first; r < end; r++ {
			rows = append(rows, r)
		}
		return rows
	}
	sum := make([]uint64, n)
	for i, c := range t.cols {
		if without[i] {
			continue
		}
		hash := make([]uint64, c.dict.Len())
		for v := range hash {
			hash[v] = schemas.Hash64(c.dict.Get(uint32(v)))
		}
		for r := range sum {
			v := uint32(0)
			if first+r < len(c.id) {
				v = c.id[first+r]
			}
			sum[r] = (sum[r]^hash[v])*0x9e3779b97f4a7c15 + uint64(i)
			sum[r] ^= sum[r] >> 29
		}
	}
	most := math.MaxUint64 / uint64(n) * roleSample
	for r, h := range sum {
		if h*0xbf58476d1ce4e5b9 <= most {
			rows = append(rows, first+r)
		}
	}
	return rows
}
