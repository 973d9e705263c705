// Package confine starts a program that can reach almost nothing: it may read
// the files it is told and those it is made of, it may write, create and
// connect nowhere, it gains no rights, and it has hard limits of memory, time
// and open files. What it is told and what it answers goes through pipes.
//
// On Linux the walls are Landlock's, taken on by a thread of the parent that
// does nothing but start the program, so that they stand before its first
// instruction and on each of its threads; that thread then ends. Where the
// kernel has no Landlock, and on other systems, the limits are all there is,
// and Start says so.
package confine

import "time"

// Limits are what a started program may use. They cannot be raised from within.
type Limits struct {
	Memory int64         // bytes of address space, beyond what it holds already
	CPU    time.Duration // of all its threads together
	Files  int           // open at once
}
