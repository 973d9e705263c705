//go:build faults

package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// op is one mutating call.
type op struct{ call, path, to string }

// changes tells whether a call would change anything: removing what is not there
// does not, and is not counted.
func (o op) changes() bool {
	if o.call != "remove" && o.call != "removeall" {
		return true
	}
	_, err := os.Lstat(o.path)
	return err == nil
}

// CLIENTBASE_FAULT=<how>:<n> strikes at the n-th mutating call of the process:
//
//	eio     it fails with EIO, once
//	short   a write writes half and fails with ENOSPC, once; other calls fail
//	full    it and all later calls that need room fail with ENOSPC
//	kill    SIGKILL before it: everything done so far stays
//	torn    SIGKILL after half of a write
//	power   SIGKILL before it, and whatever was not synced is taken back
//	mixed   as power, for about half of it
//	list    nothing fails
//
// CLIENTBASE_FAULT_LOG=<file> gets a line for the call that was struck, or with
// list for every call. power and mixed need CLIENTBASE_FAULT_DATA=<data folder>;
// beside it <data folder>.shadow holds what may have to come back.
type faults struct {
	mu    sync.Mutex
	how   string
	at    int
	n     int
	log   *os.File
	power *power
}

var plan = sync.OnceValue(func() *faults {
	how, n, ok := strings.Cut(os.Getenv("CLIENTBASE_FAULT"), ":")
	if !ok {
		return nil
	}
	p := &faults{how: how}
	var err error
	if p.at, err = strconv.Atoi(n); err != nil {
		panic("CLIENTBASE_FAULT is not <how>:<n>")
	}
	if name := os.Getenv("CLIENTBASE_FAULT_LOG"); name != "" {
		if p.log, err = os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			panic(err)
		}
	}
	if how == "power" || how == "mixed" {
		p.power = newPower(os.Getenv("CLIENTBASE_FAULT_DATA"), how == "mixed", p.at)
	}
	return p
})

var errStruck = errors.New("struck")

// count counts a call and says whether it is the one.
func (p *faults) count(o op) bool {
	p.n++
	hit := p.n == p.at || p.how == "full" && p.n > p.at && p.at > 0 && o.call != "remove" && o.call != "removeall"
	if p.log != nil && (p.how == "list" || p.n == p.at) {
		_, _ = fmt.Fprintf(p.log, "%d\t%s\t%s\n", p.n, o.call, o.path)
	}
	return hit && p.how != "list"
}

func before(o op) error {
	p := plan()
	if p == nil || !o.changes() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.count(o) {
		if p.power != nil {
			p.power.before(o)
		}
		return nil
	}
	if p.power != nil {
		p.power.cut()
	}
	switch p.how {
	case "kill", "torn", "power", "mixed":
		die()
	case "short", "full":
		if o.call == "remove" || o.call == "removeall" {
			return nil
		}
		return &fs.PathError{Op: o.call, Path: o.path, Err: syscall.ENOSPC}
	}
	return &fs.PathError{Op: o.call, Path: o.path, Err: syscall.EIO}
}

// beforeWrite is before for n bytes; with an error the first int bytes of them
// are still to be written, and then comes struck.
func beforeWrite(path string, n int) (int, error) {
	p := plan()
	if p == nil {
		return 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.count(op{call: "write", path: path}) {
		return 0, nil
	}
	if p.power != nil {
		p.power.cut()
	}
	switch p.how {
	case "kill", "power", "mixed":
		die()
	case "torn":
		return n / 2, errStruck
	case "short":
		return n / 2, &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
	case "full":
		return 0, &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
	}
	return 0, &fs.PathError{Op: "write", Path: path, Err: syscall.EIO}
}

func struck(err error) error {
	if err == errStruck {
		die()
	}
	return err
}

func after(o op) {
	p := plan()
	if p == nil || p.power == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.power.after(o)
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
