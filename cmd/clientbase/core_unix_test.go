//go:build unix

package main

import (
	"syscall"
	"testing"
)

func TestNoCoreFileIsWritten(t *testing.T) {
	withoutCore()
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &now); err != nil || now.Cur != 0 || now.Max != 0 {
		t.Errorf("a core file may have %d bytes (%v)", now.Cur, err)
	}
}
