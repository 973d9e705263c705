package scratch

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"clientbase/internal/errs"
)

// Lists beyond the size stand in files that have no name, keep their numbers
// when they rest, and give their room back.
func TestRoom(t *testing.T) {
	dir := t.TempDir()
	r := New(dir, 4000)
	small, large := r.Uint32s(1000), r.Uint32s(100_000)
	for i := range large {
		large[i] = uint32(i)
	}
	if inFiles := len(r.files.at); runtime.GOOS == "linux" && inFiles != 1 {
		t.Errorf("%d lists in files, want 1", inFiles)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files can be seen", len(left))
	}
	r.Rest(large)
	r.Rest(small)
	for i, v := range large {
		if v != uint32(i) {
			t.Fatalf("number %d is %d", i, v)
		}
	}
	r.Free(large)
	r.Free(small)
	if len(r.files.at) != 0 || r.free != 4000 || r.Err() != nil {
		t.Errorf("%d lists, %d bytes free, error %v", len(r.files.at), r.free, r.Err())
	}
}

// Without room on the disk a list is still made, and the error says so.
func TestRoomWithoutDisk(t *testing.T) {
	r := New(filepath.Join(t.TempDir(), "none"), 0)
	if list := r.Uint32s(10); len(list) != 10 {
		t.Fatalf("%d numbers", len(list))
	}
	if runtime.GOOS != "linux" {
		return
	}
	if e, ok := errs.Of(r.Err()); !ok || e.Kind != errs.Retry {
		t.Errorf("error %v", r.Err())
	}
}

// Without a room everything is in memory.
func TestNoRoom(t *testing.T) {
	var r *Room
	list := r.Uint32s(5)
	r.Rest(list)
	r.Free(list)
	if len(list) != 5 || r.Err() != nil {
		t.Error("a nil room makes lists")
	}
}
