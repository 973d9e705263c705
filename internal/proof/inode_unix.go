//go:build unix

package proof

import (
	"io/fs"
	"syscall"
)

// inodeOf tells which file on disk this is.
func inodeOf(st fs.FileInfo) (inode, bool) {
	s, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return inode{}, false
	}
	return inode{uint64(s.Dev), s.Ino}, true // the types differ from system to system
}
