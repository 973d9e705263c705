package places

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"clientbase/connectors"
	"clientbase/internal/errs"
)

// Done is the cursor of files: {"done":{"name":"size:sha256 prefix:mtime"}}.
// The modification time only saves reading: a file with the same size and another
// time is summed again before it is believed unchanged. One Done serves all
// slices of a plan: a file enters it when it was read to its end, so a refused
// file stays out. It is safe for use by several goroutines.
type Done struct {
	mu   sync.Mutex
	done map[string]string
}

// ParseDone reads a cursor; nil is the beginning.
func ParseDone(c connectors.Cursor) (*Done, error) {
	var v struct {
		Done map[string]string `json:"done"`
	}
	if len(c) > 0 {
		if err := json.Unmarshal(c, &v); err != nil {
			return nil, errs.New(errs.Integrity, "plan", "cursor of files", "the committed cursor cannot be read", "run with --full-refresh to read all files again")
		}
	}
	if v.Done == nil {
		v.Done = map[string]string{}
	}
	return &Done{done: v.Done}, nil
}

// Cursor is the present state.
func (d *Done) Cursor() connectors.Cursor {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, err := json.Marshal(map[string]map[string]string{"done": d.done})
	if err != nil {
		return nil // strings always marshal
	}
	return b
}

// Add enters a file that was read to its end.
func (d *Done) Add(f File, size int64, sum [32]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done[f.Name] = mark(size, sum) + ":" + strconv.FormatInt(f.Mod.UnixNano(), 10)
}

// Pending leaves the files that were not read yet or have changed since.
func (d *Done) Pending(files []File) ([]File, error) {
	var out []File
	for _, f := range files {
		d.mu.Lock()
		was := d.done[f.Name]
		d.mu.Unlock()
		same, err := unchanged(f, was)
		if err != nil {
			return nil, err
		}
		if !same {
			out = append(out, f)
		}
	}
	return out, nil
}

func unchanged(f File, was string) (bool, error) {
	size, rest, _ := strings.Cut(was, ":")
	sum, mod, _ := strings.Cut(rest, ":")
	switch {
	case was == "" || size != strconv.FormatInt(f.Size, 10):
		return false, nil
	case mod == strconv.FormatInt(f.Mod.UnixNano(), 10):
		return true, nil
	}
	h := sha256.New()
	r, err := os.Open(f.Path)
	if err != nil {
		return false, missing(f.Name, f.Path, err)
	}
	defer r.Close()
	if _, err := io.Copy(h, r); err != nil {
		return false, errs.Wrap(errs.Input, "read", f.Name, err, "check that the file can be read")
	}
	return sum == hex.EncodeToString(h.Sum(nil))[:16], nil
}

func mark(size int64, sum [32]byte) string {
	return fmt.Sprintf("%d:%s", size, hex.EncodeToString(sum[:8]))
}
