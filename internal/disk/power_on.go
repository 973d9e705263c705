//go:build faults

package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// power remembers what a power cut may take: entries of folders that were not
// synced since, and the content of files that were not synced since. What was
// there when the process began is safe.
type power struct {
	data   string
	shadow string
	mixed  bool
	seed   uint64
	safe   map[inode]saved // by inode: what is on disk for certain
	undo   []step          // entries not synced yet, oldest first
	shades int
}

type inode struct{ dev, ino uint64 }

type saved struct {
	size  int64
	mtime int64
}

type step struct {
	dir  string // the folder whose sync makes it safe
	back func()
}

func newPower(data string, mixed bool, seed int) *power {
	if data == "" {
		panic("CLIENTBASE_FAULT_DATA is not set")
	}
	p := &power{data: abs(data), shadow: abs(data) + ".shadow", mixed: mixed, seed: uint64(seed), safe: map[inode]saved{}}
	if err := os.MkdirAll(p.shadow, 0o700); err != nil {
		panic(err)
	}
	p.walk(func(path string, info fs.FileInfo) { p.mark(info) })
	return p
}

func abs(path string) string {
	a, err := filepath.Abs(path)
	if err != nil {
		panic(err)
	}
	return a
}

func (p *power) inside(path string) bool { return strings.HasPrefix(abs(path)+"/", p.data+"/") }

func (p *power) walk(visit func(string, fs.FileInfo)) {
	_ = filepath.WalkDir(p.data, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			if info, err := e.Info(); err == nil {
				visit(path, info)
			}
		}
		return nil
	})
}

func identity(info fs.FileInfo) inode {
	st := info.Sys().(*syscall.Stat_t)
	return inode{uint64(st.Dev), st.Ino}
}

func (p *power) mark(info fs.FileInfo) {
	p.safe[identity(info)] = saved{info.Size(), info.ModTime().UnixNano()}
}

// keep links a file that is about to lose its name, and gives its new one.
func (p *power) keep(path string) string {
	p.shades++
	name := filepath.Join(p.shadow, strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(p.shades))
	if os.Link(path, name) != nil {
		return ""
	}
	return name
}

// keepAll is keep for a folder and all that is in it.
func (p *power) keepAll(dir string) string {
	p.shades++
	to := filepath.Join(p.shadow, strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(p.shades))
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.Join(to, strings.TrimPrefix(path, dir))
		if e.IsDir() {
			return os.MkdirAll(name, 0o700)
		}
		return os.Link(path, name)
	})
	if err != nil {
		return ""
	}
	return to
}

func (p *power) before(o op) {
	if !p.inside(o.path) {
		return
	}
	switch o.call {
	case "rename":
		old := p.keep(o.to)
		p.undo = append(p.undo, step{abs(filepath.Dir(o.to)), func() {
			if os.Rename(o.to, o.path) == nil && old != "" {
				_ = os.Rename(old, o.to)
			}
		}})
	case "remove", "removeall":
		keep := p.keep
		if o.call == "removeall" {
			keep = p.keepAll
		}
		old := keep(o.path)
		if old == "" {
			return
		}
		p.undo = append(p.undo, step{abs(filepath.Dir(o.path)), func() {
			if _, err := os.Lstat(o.path); err != nil {
				_ = os.Rename(old, o.path)
			}
		}})
	}
}

func (p *power) after(o op) {
	switch o.call {
	case "create":
		p.made(o.path, os.Remove)
	case "mkdir":
		p.made(o.path, os.RemoveAll)
	case "link":
		p.made(o.to, os.Remove)
	case "sync":
		if info, err := os.Stat(o.path); err == nil {
			p.mark(info)
		}
	case "syncdir":
		dir := abs(o.path)
		kept := p.undo[:0]
		for _, s := range p.undo {
			if s.dir != dir {
				kept = append(kept, s)
			}
		}
		p.undo = kept
	}
}

func (p *power) made(path string, back func(string) error) {
	if p.inside(path) {
		p.undo = append(p.undo, step{abs(filepath.Dir(path)), func() { _ = back(path) }})
	}
}

// cut takes back what was not synced.
func (p *power) cut() {
	p.walk(func(path string, info fs.FileInfo) {
		was, known := p.safe[identity(info)]
		if known && was.mtime == info.ModTime().UnixNano() && was.size == info.Size() || p.spared() {
			return
		}
		_ = os.Truncate(path, min(was.size, info.Size()))
	})
	for i := len(p.undo) - 1; i >= 0; i-- {
		if !p.spared() {
			p.undo[i].back()
		}
	}
	_ = os.RemoveAll(p.shadow)
}

// spared draws whether one thing reached the disk although nobody waited for it.
func (p *power) spared() bool {
	if !p.mixed {
		return false
	}
	p.seed = p.seed*6364136223846793005 + 1442695040888963407
	return p.seed>>63 == 1
}
