package main

import (
	"runtime/debug"

	"clientbase/internal/config"
	"clientbase/internal/errs"
)

// holdMemory keeps a verb that has no store near a size, "" = no bound, and
// gives it in bytes. Three quarters are for what the verb itself holds, garbage
// is collected more often near it; the rest is for what it keeps on disk and the
// system holds in memory as well. Long lists of numbers cost the collector
// little, so it works twice as often as usual in any case.
func holdMemory(size string) (int64, error) {
	debug.SetGCPercent(50)
	if size == "" {
		return 0, nil
	}
	bytes, ok := config.ParseSize(size)
	if !ok {
		return 0, errs.New(errs.Config, "set the memory", "--memory", "a size is expected here", "write a size such as 512MB or 4GB")
	}
	debug.SetMemoryLimit(bytes / 4 * 3)
	return bytes, nil
}

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
