package schemas

import "unsafe"

// Touched makes a list of n zeros whose memory is there already: for tables whose
// places are read before they are written, in no order. Memory that is new and read
// first costs the system two visits for each page, the second of which stops all
// other cores.
func Touched[T uint32 | uint64](n int) []T {
	const page = 4096 // bytes; where the system's pages are larger it does no harm
	list := make([]T, n)
	for i := 0; i < n; i += page / int(unsafe.Sizeof(T(0))) {
		list[i] = 0
	}
	return list
}
