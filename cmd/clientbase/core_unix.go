//go:build unix

package main

import "syscall"

// withoutCore forbids the kernel to write the memory of this process and its
// children to a core file: it holds clients' values and keys.
func withoutCore() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
