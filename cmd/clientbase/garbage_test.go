package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestCollectLate shows that the delay ends with the first collection.
func TestCollectLate(t *testing.T) {
	if os.Getenv("GOGC") != "" {
		t.Skip("GOGC is set")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	percent := func() int {
		now := debug.SetGCPercent(100)
		debug.SetGCPercent(now)
		return now
	}
	collectLate()
	late := percent()
	for range 1000 { // the cleanup runs a moment after the collection
		runtime.GC()
		if percent() == 100 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if late != 1600 || percent() != 100 {
		t.Errorf("garbage is collected at %d %% of the heap, then at %d %%", late, percent())
	}
}

// TestLargeHeap shows from what heap on garbage is collected more often.
func TestLargeHeap(t *testing.T) {
	for heap, want := range map[uint64]int{0: 100, 256 << 20: 100, 256<<20 + 1: 40, 8 << 30: 40} {
		if got := garbageFor(heap); got != want {
			t.Errorf("with %d bytes in use the next collection waits for %d %%", heap, got)
		}
	}
	if inUse() == 0 {
		t.Error("nothing is in use")
	}
}
