//go:build !unix

package proof

import "io/fs"

// inodeOf cannot tell here.
func inodeOf(fs.FileInfo) (inode, bool) { return inode{}, false }
