package main

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestMemoryOfTheProjectIsABound(t *testing.T) {
	was := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(was)
	debug.SetMemoryLimit(math.MaxInt64)
	if got := boundMemory(0); got != 0 || debug.SetMemoryLimit(-1) != math.MaxInt64 {
		t.Error("without memory: nothing is bound")
	}
	if got := boundMemory(4 << 30); got != 2<<30 || debug.SetMemoryLimit(-1) != 2<<30 {
		t.Errorf("half of 4 GB is %d", debug.SetMemoryLimit(-1))
	}
}
