// Package errs is the one error shape of the program: what was being done, to
// which thing, what kind of failure it is, and what to try next. It never
// carries a client's value: drivers that quote data are wrapped with Cause
// kept for errors.Is but not printed (see Hidden).
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is the class of a failure; it decides the exit code.
type Kind int

// Kinds and their documented exit codes.
const (
	Config      Kind = iota + 1 // 1: configuration or usage
	Input                       // 1: missing or unreadable input
	Retry                       // 2: source unreachable, disk full, busy
	Integrity                   // 3: failed balance or verification
	Drift                       // 4: schema drift under a policy that stops
	Locked                      // 5: another run holds the lock
	Stale                       // 6: data older than asked for
	Bug                         // 70: our fault
	Interrupted                 // 130
	Held                        // 3: built and verified, and held until a person decides
)

var kindNames = map[Kind]string{Config: "configuration", Input: "input", Retry: "retryable", Integrity: "integrity",
	Drift: "schema drift", Locked: "locked", Stale: "stale", Bug: "bug", Interrupted: "interrupted", Held: "held"}

var exits = map[Kind]int{Config: 1, Input: 1, Retry: 2, Integrity: 3, Drift: 4, Locked: 5, Stale: 6, Bug: 70, Interrupted: 130, Held: 3}

// String names the kind as it stands in messages and JSON.
func (k Kind) String() string { return kindNames[k] }

// Error is a failure that a person can act on.
type Error struct {
	Op    string // what was being done: "read", "land", "publish"
	Thing string // to what: "core/clients clients_2026-01.csv line 17", never a value
	Kind  Kind
	Msg   string // what is wrong, in words, without a value
	Hint  string // what to try next
	cause error
	quiet bool
}

// New makes an error. Hint may be empty only when nothing can be tried.
func New(kind Kind, op, thing, msg, hint string) *Error {
	return &Error{Op: op, Thing: thing, Kind: kind, Msg: msg, Hint: hint}
}

// Wrap adds op and thing to cause at a package border and prints cause's text.
// Use it only when cause cannot quote data (file system, context).
func Wrap(kind Kind, op, thing string, cause error, hint string) *Error {
	return &Error{Op: op, Thing: thing, Kind: kind, Hint: hint, cause: cause}
}

// Hidden is Wrap for causes that may quote a client's value (database drivers,
// parsers): msg is printed, the cause is kept for errors.Is and As only.
func Hidden(kind Kind, op, thing, msg string, cause error, hint string) *Error {
	return &Error{Op: op, Thing: thing, Kind: kind, Msg: msg, Hint: hint, cause: cause, quiet: true}
}

// Error prints "op thing: message (try: hint)" on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Thing != "" {
		b.WriteString(" " + e.Thing)
	}
	if e.Msg != "" {
		b.WriteString(": " + e.Msg)
	}
	if e.cause != nil && !e.quiet {
		b.WriteString(": " + e.cause.Error())
	}
	if e.Hint != "" {
		b.WriteString(" (try: " + e.Hint + ")")
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Of finds the first *Error in err's chain.
func Of(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Exit gives the documented exit code for err: 0 for nil, 70 for an error
// that nobody classified.
func Exit(err error) int {
	if err == nil {
		return 0
	}
	if e, ok := Of(err); ok {
		return exits[e.Kind]
	}
	return 70
}

// List collects all faults of a check instead of stopping at the first.
type List struct{ All []*Error }

// Add appends a fault.
func (l *List) Add(e *Error) { l.All = append(l.All, e) }

// Err gives nil when nothing was added.
func (l *List) Err() error {
	if len(l.All) == 0 {
		return nil
	}
	return l
}

// Error prints one fault per line.
func (l *List) Error() string {
	lines := make([]string, len(l.All))
	for i, e := range l.All {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the faults, so that errors.As finds the first.
func (l *List) Unwrap() []error {
	out := make([]error, len(l.All))
	for i, e := range l.All {
		out[i] = e
	}
	return out
}

// Recovered turns a recovered panic value into a Bug without printing the
// value, which may hold data.
func Recovered(op string, v any) *Error {
	return New(Bug, op, "", fmt.Sprintf("unexpected failure of type %T", v), "run again with CLIENTBASE_DEBUG=1 and report the stack")
}
