//go:build unix

package disk

import (
	"os"

	"golang.org/x/sys/unix"
)

// hold marks a temporary file as one that somebody is writing: the operating
// system forgets the mark when the file is closed or the process dies.
func hold(f *os.File) { _ = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// held reports whether somebody is writing the file.
func held(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil
}
