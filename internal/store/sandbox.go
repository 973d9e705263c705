package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"time"

	"clientbase/internal/confine"
	"clientbase/internal/errs"
)

// QueryOptions bound an analyst's query. Zero values mean the defaults.
type QueryOptions struct {
	MaxRows int64         // rows after which the result is cut; 0 = all
	MaxRow  int64         // bytes of one row over which the query fails; default 16 MB
	Timeout time.Duration // default one minute
	Memory  int64         // bytes for the engine; default 1 GB. There is no spilling to disk
	Threads int
	View    string // folder of the masked form to ask instead; see View. Acts of people since the snapshot are not in it
	MinCell int    // clients that each row is made of at least; 0 = rows of single clients may come
}

// SandboxVerb as first argument makes the program the child that runs a query:
// it then calls ServeQuery and does nothing else.
const SandboxVerb = "sandboxed-query"

// sandboxRequest is all that the child is told: a folder to read, a statement,
// what people did since, and limits. No key is part of it.
type sandboxRequest struct {
	Dir, ID string
	Query   string
	Overlay Overlay
	QueryOptions
}

// sandboxHead comes back before the rows.
type sandboxHead struct {
	Columns []Column
	Reads   Reads
}

// Reads is what a statement names: its tables and columns ("*" for all).
type Reads struct {
	Tables  []string `json:"tables,omitempty"`
	Columns []string `json:"columns,omitempty"`
}

// sandboxEnd comes back after the rows.
type sandboxEnd struct {
	Cut   bool
	Error *sandboxError `json:",omitempty"`
}

// sandboxError is an error on its way through the pipe, without its cause.
type sandboxError struct {
	Kind                 errs.Kind
	Op, Thing, Msg, Hint string
}

// The child answers with frames: a kind, the length, the content.
const (
	helloByte = 'Q'
	frameHead = 'H'
	frameRow  = 'R'
	frameEnd  = 'E'
)

// Query runs one SELECT of an analyst over the documented tables in a process
// of its own, which holds no key, may read this snapshot's folder and nothing
// else, write nowhere and connect nowhere (internal/confine), and ends with the
// query; see runQuery for what happens in it. The caller closes Rows.
func (sn *Snapshot) Query(ctx context.Context, q string, opt QueryOptions) (*Rows, error) {
	if opt.Timeout == 0 {
		opt.Timeout = time.Minute
	}
	if opt.MaxRow == 0 {
		opt.MaxRow = 16 << 20
	}
	if opt.Memory == 0 {
		opt.Memory = 1 << 30
	}
	if opt.Threads == 0 {
		opt.Threads = runtime.NumCPU()
	}
	r := &sandboxRequest{Dir: sn.dir, ID: sn.info.ID, Query: q, Overlay: sn.Overlay(), QueryOptions: opt}
	if opt.View != "" {
		r.Dir, r.Overlay = opt.View, Overlay{}
	}
	s, err := startSandbox(ctx, r, 64+2*len(sn.info.Manifest.Files))
	if err != nil {
		return nil, err
	}
	head, err := s.head()
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return &Rows{Columns: head.Columns, Reads: head.Reads, Confined: s.walls, rows: s, vals: make([]any, len(head.Columns)), wrap: wrapQuery, sandbox: s}, nil
}

// sandbox is a running child, as a source of rows.
type sandbox struct {
	caller context.Context
	hard   context.Context
	cancel context.CancelFunc
	c      *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr capped
	walls  bool
	max    uint64

	row  []byte
	end  *sandboxEnd
	sum  [4]uint64
	err  error
	done bool
}

// grace is what a query may take beyond its time before its process is killed:
// the engine is asked first.
const grace = 2 * time.Second

func startSandbox(ctx context.Context, r *sandboxRequest, files int) (*sandbox, error) {
	s := &sandbox{caller: ctx, max: uint64(2*r.MaxRow + 1<<20)}
	s.hard, s.cancel = context.WithTimeout(ctx, r.Timeout+grace)
	s.c = exec.CommandContext(s.hard, confine.Self())
	s.c.Args = []string{"clientbase", SandboxVerb}
	s.c.Env, s.c.Dir, s.c.Stderr, s.c.WaitDelay = machine(r), "/", &s.stderr, time.Second
	fail := func(what string, err error) (*sandbox, error) {
		if s.c.Process != nil {
			_ = s.Close()
		}
		s.cancel()
		if e := interrupted(ctx, err); errs.Exit(e) == 130 {
			return nil, e
		}
		return nil, errs.Hidden(errs.Retry, "query", "sandbox", what, err, "check this user's limits of processes and memory (ulimit -a)")
	}
	in, err1 := s.c.StdinPipe()
	out, err2 := s.c.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		return fail("no pipe could be made", err)
	}
	s.in, s.out = in, bufio.NewReaderSize(out, 1<<16)
	var err error
	if s.walls, err = confine.Start(s.c, []string{r.Dir}); err != nil {
		return fail("its process could not be started", err)
	}
	if b, err := s.out.ReadByte(); err != nil || b != helloByte {
		return fail("its process did not come up", err)
	}
	if err := confine.Limit(s.c.Process.Pid, confine.Limits{Memory: 2*r.Memory + 1<<30, CPU: (r.Timeout + grace) * time.Duration(r.Threads), Files: files}); err != nil {
		return fail("its limits could not be set", err)
	}
	text, err := json.Marshal(r)
	if err == nil {
		_, err = s.in.Write(text)
	}
	if err != nil && s.hard.Err() == nil {
		return fail("it does not listen", err)
	}
	return s, nil
}

// TrySandbox starts the child without a query, to see that it can be started
// here; walls tells whether the kernel holds it.
func TrySandbox(ctx context.Context) (walls bool, err error) {
	s, err := startSandbox(ctx, &sandboxRequest{Dir: "/", QueryOptions: QueryOptions{Timeout: 10 * time.Second, Memory: 1 << 28, Threads: 1}}, 64)
	if err != nil {
		return false, err
	}
	return s.walls, s.Close()
}

// machine tells the engine what it may use in the words of a cluster's
// scheduler, which it asks first. Else it would look the machine up in /proc
// and /sys, which it cannot see. This is the child's whole environment.
func machine(r *sandboxRequest) []string {
	return []string{fmt.Sprintf("SLURM_MEM_PER_NODE=%dM", max(r.Memory>>20, 1)), fmt.Sprintf("SLURM_CPUS_ON_NODE=%d", r.Threads)}
}

// frame reads the next frame. An answer that ends without an end frame is told
// by how the process ended.
func (s *sandbox) frame() (kind byte, content []byte, err error) {
	kind, err = s.out.ReadByte()
	if err != nil {
		return 0, nil, s.died(err)
	}
	n, err := binary.ReadUvarint(s.out)
	if err != nil || n > s.max {
		return 0, nil, s.died(err)
	}
	content = make([]byte, n)
	if _, err := io.ReadFull(s.out, content); err != nil {
		return 0, nil, s.died(err)
	}
	if kind != frameEnd {
		return kind, content, nil
	}
	s.end = &sandboxEnd{}
	if err := json.Unmarshal(content, s.end); err != nil {
		return 0, nil, s.died(err)
	}
	if e := s.end.Error; e != nil {
		return 0, nil, interrupted(s.caller, errs.New(e.Kind, e.Op, e.Thing, e.Msg, e.Hint))
	}
	return kind, nil, nil
}

// died says why the child's answer ended before its end.
func (s *sandbox) died(cause error) error {
	late := s.hard.Err() != nil
	s.stop()
	switch said := s.stderr.Bytes(); {
	case s.caller.Err() == context.Canceled:
		return interrupted(s.caller, context.Canceled)
	case late:
		return errs.Hidden(errs.Retry, "query", "", "stopped: it took longer than allowed", cause, "narrow the question or raise the time limit")
	case bytes.Contains(said, []byte("allocate")), bytes.Contains(said, []byte("out of memory")), bytes.Contains(said, []byte("bad_alloc")):
		return errs.Hidden(errs.Retry, "query", "", "stopped: it needed more memory than allowed", cause, "narrow the question")
	}
	return errs.Hidden(errs.Retry, "query", "", "stopped: its process ended early, at its limits of time or memory or from outside", cause, "narrow the question, or run it again")
}

func (s *sandbox) head() (h sandboxHead, err error) {
	kind, content, err := s.frame()
	if err != nil {
		return h, err
	}
	if kind != frameHead || json.Unmarshal(content, &h) != nil {
		return h, s.died(errCell)
	}
	s.digest(content)
	return h, nil
}

// Next takes the next row off the pipe.
func (s *sandbox) Next() bool {
	if s.err != nil || s.end != nil || s.done {
		return false
	}
	kind, content, err := s.frame()
	switch {
	case err != nil:
		s.err = err
	case kind == frameEnd:
	case kind != frameRow:
		s.err = s.died(errCell)
	default:
		s.row = content
		s.digest(content)
		return true
	}
	return false
}

// Scan reads the row into variables of type any.
func (s *sandbox) Scan(dest ...any) error {
	c := cellReader{b: s.row}
	for _, d := range dest {
		p, ok := d.(*any)
		if !ok {
			return errs.New(errs.Bug, "query", "", "rows of the sandbox are read by Values", "report it")
		}
		*p = c.cell()
	}
	if c.err == nil && len(c.b) > 0 {
		c.err = errCell
	}
	return c.err
}

// Err gives what ended the rows early.
func (s *sandbox) Err() error { return s.err }

// Close ends the child.
func (s *sandbox) Close() error {
	s.stop()
	return nil
}

func (s *sandbox) stop() {
	if s.done {
		return
	}
	s.done = true
	_ = s.in.Close()
	if s.end == nil {
		_ = s.c.Process.Kill()
	}
	_ = s.c.Wait() // it has said all, or was killed: how it ended tells nothing more
	s.cancel()
}

// digest adds a row to the sum of the result: rows in another order give the
// same sum.
func (s *sandbox) digest(row []byte) {
	h := sha256.Sum256(row)
	for i := range s.sum {
		s.sum[i] += binary.BigEndian.Uint64(h[8*i:])
	}
}

func (s *sandbox) hash() string {
	var b []byte
	for _, n := range s.sum {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return hex.EncodeToString(b)
}

// interrupted tells a caller who gave up from a query that took too long.
func interrupted(caller context.Context, err error) error {
	if err != nil && errors.Is(caller.Err(), context.Canceled) {
		return errs.Hidden(errs.Interrupted, "query", "", "interrupted", err, "run the same query again")
	}
	return err
}

// capped keeps the first bytes of what a child says on standard error. They
// may quote data and are never shown.
type capped struct{ bytes.Buffer }

func (c *capped) Write(b []byte) (int, error) {
	if room := 1<<16 - c.Len(); room > 0 {
		_, _ = c.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}
