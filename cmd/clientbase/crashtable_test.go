package main

import (
	"fmt"
	"sync"
)

// crashTable counts the outcomes of a round.
type crashTable struct {
	round string
	calls int // that write, of an undisturbed one

	mu sync.Mutex
	n  int
	by map[string]*crashTally // of each way to fail
}

type crashTally struct{ tried, struck, again, bad int }

// add gives how many there are.
func (c *crashTable) add(o outcome) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.by[o.how]
	if x == nil {
		x = &crashTally{}
		c.by[o.how] = x
	}
	for at, is := range map[*int]bool{&x.tried: true, &x.struck: o.call != "", &x.again: o.again, &x.bad: len(o.wrong) > 0} {
		if is {
			*at++
		}
	}
	c.n++
	return c.n
}

func (c *crashTable) struck() (n int) {
	for _, x := range c.by {
		n += x.struck
	}
	return n
}

func (c *crashTable) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := fmt.Sprintf("%s: %d calls that write\nhow\ttried\tstruck\tagain\tbad", c.round, c.calls)
	for _, how := range crashModes {
		if x := c.by[how]; x != nil {
			text += fmt.Sprintf("\n%s\t%d\t%d\t%d\t%d", how, x.tried, x.struck, x.again, x.bad)
		}
	}
	return text
}
