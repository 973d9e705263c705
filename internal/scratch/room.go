// Package scratch keeps long working lists of numbers within a size of memory.
// What goes beyond it stands in temporary files without a name, mapped into
// memory: the system writes their pages out when memory is short and reads them
// when they are needed. Who uses the lists sees no difference but the time, and
// nothing is left behind, however a process ends. Where files cannot be mapped
// all lists stay in memory.
package scratch

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"

	"clientbase/internal/errs"
)

// Room is where lists are made. A nil Room keeps all of them in memory. Its
// methods may be called by several workers.
type Room struct {
	dir  string
	size int64
	free int64 // bytes that may still stay in memory

	mu    sync.Mutex
	err   error
	files *files
}

// files are the mapped lists by their first number.
type files struct {
	mu sync.Mutex
	at map[*uint32][]byte
}

// New makes a room: lists of so many bytes in all stay in memory, the others
// stand in files of the folder. The files go when the Room does.
func New(dir string, bytes int64) *Room {
	r := &Room{dir: dir, size: bytes, free: bytes, files: &files{at: map[*uint32][]byte{}}}
	runtime.AddCleanup(r, (*files).close, r.files)
	return r
}

// Dir is the folder for temporary files of any size: where TMPDIR says, else
// /var/tmp, which lies on a disk where /tmp may lie in memory.
func Dir() string {
	if os.Getenv("TMPDIR") == "" {
		if info, err := os.Stat("/var/tmp"); err == nil && info.IsDir() {
			return "/var/tmp"
		}
	}
	return os.TempDir()
}

// Uint32s makes a list of zeros. When there is no room on the disk the list is
// made in memory and Err tells.
func (r *Room) Uint32s(n int) []uint32 {
	if r == nil || n == 0 {
		return make([]uint32, n)
	}
	size := int64(n) * 4
	r.mu.Lock()
	stays := size <= r.free
	if stays {
		r.free -= size
	}
	r.mu.Unlock()
	if stays {
		return make([]uint32, n)
	}
	data, err := mapped(r.dir, size)
	if err != nil {
		r.mu.Lock()
		if r.err == nil {
			r.err = errs.Wrap(errs.Retry, "keep working lists on disk", r.dir, err,
				fmt.Sprintf("free %d MB there, set TMPDIR to a larger disk, or allow more memory", size>>20+1))
		}
		r.mu.Unlock()
	}
	if data == nil {
		return make([]uint32, n)
	}
	list := unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(data))), n)
	r.files.mu.Lock()
	r.files.at[&list[0]] = data
	r.files.mu.Unlock()
	return list
}

// Size is how many bytes of lists stay in memory; false = all of them.
func (r *Room) Size() (bytes int64, bound bool) {
	if r == nil {
		return 0, false
	}
	return r.size, true
}

// Err tells of the first list for which there was no room on the disk.
func (r *Room) Err() error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Rest says that a list is not needed for a while: of one in a file no page
// stays in the memory of this process. Its numbers stay.
func (r *Room) Rest(list []uint32) {
	if r == nil || len(list) == 0 {
		return
	}
	r.files.mu.Lock()
	data := r.files.at[&list[0]]
	r.files.mu.Unlock()
	if data != nil {
		letGo(data)
	}
}

// Free takes a list back, which must not be used any more.
func (r *Room) Free(list []uint32) {
	if r == nil || len(list) == 0 {
		return
	}
	r.files.mu.Lock()
	data := r.files.at[&list[0]]
	delete(r.files.at, &list[0])
	r.files.mu.Unlock()
	if data != nil {
		unmap(data)
		return
	}
	r.mu.Lock()
	r.free += int64(len(list)) * 4
	r.mu.Unlock()
}

func (f *files) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for first, data := range f.at {
		unmap(data)
		delete(f.at, first)
	}
}
