//go:build !unix

package config

import (
	"io/fs"
	"os"
)

// writable tries with a file of its own.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".clientbase-")
	if err != nil {
		return false
	}
	_ = f.Close()
	return os.Remove(f.Name()) == nil
}

// freeBytes does not know.
func freeBytes(string) (uint64, bool) { return 0, false }

// openToOthers knows nothing where rights are not mode bits.
func openToOthers(fs.FileInfo) string { return "" }
