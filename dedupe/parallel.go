package dedupe

import (
	"sync"
	"sync/atomic"
)

// parallel runs f(0..n-1) on workers; each call may use its worker's buffer.
// What f writes must belong to its number, so that workers change nothing.
func parallel(workers, n int, f func(i int, buf *sortBuffer)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := 0; w < min(workers, n); w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var buf sortBuffer
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(i, &buf)
			}
		}()
	}
	wg.Wait()
}
