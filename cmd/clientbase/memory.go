package main

import (
	"runtime/debug"

	"clientbase/internal/config"
	"clientbase/internal/errs"
)

// holdMemory keeps a verb that has no store near a size, "" = no bound: garbage
// is collected more often near it. What the verb needs at once it still takes.
func holdMemory(size string) error {
	if size == "" {
		return nil
	}
	bytes, ok := config.ParseSize(size)
	if !ok {
		return errs.New(errs.Config, "set the memory", "--memory", "a size is expected here", "write a size such as 512MB or 4GB")
	}
	debug.SetMemoryLimit(bytes)
	return nil
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
