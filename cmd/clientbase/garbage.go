package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// lateGarbage is the heap, in MB, below which no garbage is collected in the
// beginning.
const lateGarbage = 64

// collectLate puts off the first collection of garbage: a verb that reads one
// client ends before it is worth collecting, and would else collect a dozen
// times on its way to a few MB. From the first collection on all is as usual.
// What GOGC says goes before.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(lateGarbage / 4 * 100) // of 4 MB, the least that the runtime takes a heap for
	runtime.AddCleanup(new([64]byte), func(usual int) { debug.SetGCPercent(usual) }, 100)
}
