package main

import (
	"io/fs"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"clientbase/internal/config"
	"clientbase/internal/errs"
)

// holdMemory keeps a verb that has no store near a size, "" = half of what the
// machine has, and gives it in bytes; 0 = no bound, where that is not known. Three
// quarters are for what the verb itself holds, garbage is collected more often
// near it; the rest is for what it keeps on disk and the system holds in memory
// as well.
func holdMemory(size string) (int64, error) {
	bytes, ok := machineMemory(os.DirFS("/"))/2, true
	if size != "" {
		bytes, ok = config.ParseSize(size)
	}
	if !ok {
		return 0, errs.New(errs.Config, "set the memory", "--memory", "a size is expected here", "write a size such as 512MB or 4GB")
	}
	if bytes > 0 {
		debug.SetMemoryLimit(bytes / 4 * 3)
	}
	return bytes, nil
}

// machineMemory is what the machine has, or what the group of this process may
// use, in bytes; 0 where neither is told (only Linux tells).
func machineMemory(root fs.FS) int64 {
	has := int64(0)
	text, _ := fs.ReadFile(root, "proc/meminfo")
	if _, rest, ok := strings.Cut(string(text), "MemTotal:"); ok {
		if f := strings.Fields(rest); len(f) > 0 {
			kb, _ := strconv.ParseInt(f[0], 10, 64)
			has = kb << 10
		}
	}
	text, _ = fs.ReadFile(root, "sys/fs/cgroup/memory.max")
	if may, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && (has == 0 || may < has) {
		has = may
	}
	return has
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
