package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// lateGarbage is the heap, in MB, below which no garbage is collected in the
// beginning.
const lateGarbage = 64

// A heap that is large is mostly lists of numbers, in which a collection has
// nothing to follow: it costs little, and garbage that is used again spares the
// process further memory.
const (
	largeHeap    = 256 // MB in use
	usualGarbage = 100 // percent of what is in use
	largeGarbage = 40
)

// collectLate puts off the first collection of garbage: a verb that reads one
// client ends before it is worth collecting, and would else collect a dozen
// times on its way to a few MB. From the first collection on it is collected as
// usual, and more often while the heap is large. What GOGC says goes before.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(lateGarbage / 4 * 100) // of 4 MB, the least that the runtime takes a heap for
	afterEach(0)
}

// afterEach sets after each collection how much garbage the next one waits for; now
// is what is set.
func afterEach(now int) {
	runtime.AddCleanup(new([64]byte), func(now int) {
		if next := garbageFor(inUse()); next != now {
			debug.SetGCPercent(next)
			now = next
		}
		afterEach(now)
	}, now)
}

// garbageFor gives the garbage that is waited for, in percent of a heap of so many
// bytes.
func garbageFor(heap uint64) int {
	if heap > largeHeap<<20 {
		return largeGarbage
	}
	return usualGarbage
}

// inUse is what the last collection left, in bytes.
func inUse() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}
