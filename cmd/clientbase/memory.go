package main

import "runtime/debug"

// boundMemory holds the program's own part of the memory that clientbase.yaml
// grants, half of it, by collecting garbage more often near the bound; the store
// gets the other half. 0 = no bound is set. It gives the bound.
func boundMemory(bytes int64) int64 {
	if bytes <= 0 {
		return 0
	}
	debug.SetMemoryLimit(bytes / 2)
	return bytes / 2
}
