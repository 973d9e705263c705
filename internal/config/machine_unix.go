//go:build unix

package config

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// writable reports whether this process may write into a folder.
func writable(dir string) bool { return unix.Access(dir, unix.W_OK|unix.X_OK) == nil }

// freeBytes gives the space that this process may still use.
func freeBytes(dir string) (uint64, bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true
}

// openToOthers gives the file's mode when group or others have any right on it.
func openToOthers(info fs.FileInfo) string {
	if info.Mode().Perm()&0o077 != 0 {
		return info.Mode().Perm().String()
	}
	return ""
}
