package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A crash is one kind of trial: what is done to a project (round), how the file
// layer fails there, and the state that must come of it.
type crash struct {
	bin   string // the program built with -tags faults
	round string
	start bank        // where every trial begins
	args  []string    // what is done
	calls int         // mutating calls of an undisturbed one
	list  []string    // they: number, call, path
	old   *afterwards // what stood before
	new   *afterwards // what an undisturbed one leaves

	look    func(b bank, a *afterwards) error // looks at more than a load changes; nil = there is no more
	between func(now *afterwards) error       // judges a state that is neither the old nor the new; nil = there is none
	closing func(b bank) error                // what must hold when all is done; nil = nothing more

	seen *seenStates // of this sweep
}

// trialOf names the place where a trial strikes.
type trialOf struct {
	how string
	n   int
}

// outcome is what came of one trial.
type outcome struct {
	trialOf
	call  string // the call and the file that were struck; "" = the program ended before
	exit  int    // -1 = killed
	again bool   // the command was given again; else the state was one from which another trial had
	wrong []string
}

var crashModes = []string{"eio", "kill", "power", "full", "torn", "short", "mixed"}

// strike does one trial in a folder of its own.
func (c *crash) strike(t *testing.T, dir string, at trialOf) (o outcome) {
	o.trialOf = at
	fault := func(format string, args ...any) { o.wrong = append(o.wrong, fmt.Sprintf(format, args...)) }
	b := bank{t, filepath.Join(dir, fmt.Sprintf("%s-%s-%d", strings.ReplaceAll(c.round, " ", "-"), at.how, at.n))}
	defer func() { _ = os.RemoveAll(b.dir) }()
	if err := os.CopyFS(b.dir, os.DirFS(c.start.dir)); err != nil {
		fault("copy: %v", err)
		return o
	}
	if err := ownOnly(b.dir); err != nil {
		fault("copy: %v", err)
		return o
	}
	log := b.dir + ".log"
	defer func() { _ = os.Remove(log) }()
	cmd := exec.Command(c.bin, append([]string{"-C", b.dir, "-q"}, c.args...)...)
	cmd.Env = append(os.Environ(), "CLIENTBASE_FAULT="+at.how+":"+strconv.Itoa(at.n), "CLIENTBASE_FAULT_LOG="+log, "CLIENTBASE_FAULT_DATA="+b.path("data"))
	said, err := cmd.CombinedOutput()
	o.exit = exitOf(err)
	if line, err := os.ReadFile(log); err == nil {
		if f := strings.Split(strings.TrimSpace(string(line)), "\t"); len(f) == 3 {
			o.call = f[1] + " " + kindOf(strings.TrimPrefix(f[2], b.path("data")))
		}
	}
	dies := at.how == "kill" || at.how == "power" || at.how == "mixed" || at.how == "torn"
	switch {
	case o.call != "" && dies && o.exit != -1:
		fault("it was to be killed and ended with %d: %s", o.exit, said)
	case o.exit == 70 || o.exit == -1 && !dies:
		fault("exit %d: %s", o.exit, said)
	case o.exit > 2:
		fault("exit %d, want 2: %s", o.exit, said)
	}
	if slices.ContainsFunc(crashNames, func(name string) bool { return bytes.Contains(said, []byte(name)) }) {
		fault("it names a client")
	}
	// at once: old or new, whole
	now, err := c.lookAt(b)
	if err != nil {
		fault("after the crash: %v", err)
	}
	if err == nil && !(now.same(c.old) || now.same(c.new)) {
		if err := c.midway(now); err != nil {
			fault("after the crash it is neither the old nor the new: %v", err)
		}
	}
	if err == nil && o.exit == 0 && !now.same(c.new) {
		fault("exit 0, and it is not the new: %s", now.differ(c.new))
	}
	// then a person does it again
	state := ""
	if len(o.wrong) == 0 {
		if s, err := stateOf(b, now); err == nil {
			if state = s; c.seen.skip(state) {
				return o
			}
		}
	}
	o.again = true
	defer func() {
		if state != "" && len(o.wrong) == 0 {
			c.seen.add(state)
		}
	}()
	if err := c.again(b, now); err != nil {
		fault("done again: %v", err)
		return o
	}
	if now, err = c.lookAt(b); err != nil {
		fault("done again: %v", err)
	} else if !now.same(c.new) {
		fault("done again it is not as undisturbed: %s", now.differ(c.new))
	} else if d := c.leaves(now.files).differ(c.new.files); d != "" {
		fault("done again: %s", d)
	} else if found, _, code := b.tries("verify"); code != 0 {
		fault("done again, verify finds: %s", found)
	} else if c.closing != nil {
		if err := c.closing(b); err != nil {
			fault("at the end: %v", err)
		}
	}
	return o
}

func exitOf(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -2
	}
	return 0
}

// sweep does all trials with two workers, logs the counts, from time to time
// for the person who waits, and gives how many trials struck a call.
func (c *crash) sweep(t *testing.T, trials []trialOf) int {
	c.seen = &seenStates{ended: map[string]bool{}}
	dir := t.TempDir()
	table := &crashTable{round: c.round, calls: c.calls, by: map[string]*crashTally{}}
	next := make(chan trialOf)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for at := range next {
				o := c.strike(t, dir, at)
				for _, w := range o.wrong {
					t.Errorf("%s, %s at call %d (%s): %s", c.round, o.how, o.n, o.call, w)
				}
				if n := table.add(o); n%200 == 0 && n < len(trials) {
					t.Log(table)
				}
			}
		})
	}
	for _, at := range trials {
		next <- at
	}
	close(next)
	wg.Wait()
	t.Log(table)
	return table.struck()
}

// every gives all positions of the modes; step thins them out by a fixed rule,
// and from (0 to step-1) gives the others in turn.
func (c *crash) every(modes []string, step, from int) (out []trialOf) {
	for i, how := range modes {
		for n := 1 + (i+from)%step; n <= c.calls; n += step {
			out = append(out, trialOf{how, n})
		}
	}
	return out
}

// some gives n positions spread over the calls, the modes in turn; the power
// goes at the last one, when most could come back that was not waited for.
func (c *crash) some(n int) (out []trialOf) {
	for i := range n {
		at := trialOf{crashModes[i%len(crashModes)], 1 + (2*i+1)*(c.calls-1)/(2*n)}
		if at.how == "power" {
			at.n = c.calls
		}
		out = append(out, at)
	}
	return out
}

// The file layer fails or kills the program at its n-th mutating call, in a
// first load, in a later one with acts of people before it, while an act is
// entered, while keys are wrapped by another master key, and while a person is
// erased. After each the project reads, as it was or as it would be; the same
// command then ends where an undisturbed one ends, and nothing is left over.
//
// Some positions here; all of them, and what the kernel and the engine do, in
// `make crash` (CLIENTBASE_CRASH=all; CLIENTBASE_CRASH_STEP=3 for every third, and
// CLIENTBASE_CRASH_FROM=1 and 2 for those that it leaves out).
func TestCrashes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	all := os.Getenv("CLIENTBASE_CRASH") == "all"
	step, _ := strconv.Atoi(os.Getenv("CLIENTBASE_CRASH_STEP"))
	step = max(step, 1)
	from, _ := strconv.Atoi(os.Getenv("CLIENTBASE_CRASH_FROM"))
	bin := withFaults(t)
	for _, kind := range []struct {
		name   string
		rounds func(*testing.T, string) []*crash
	}{{"loads", loadRounds}, {"keys", keysRounds}, {"erasure", forgetRounds}} {
		t.Run(kind.name, func(t *testing.T) {
			struck := 0
			for _, c := range kind.rounds(t, bin) {
				t.Run(c.round, func(t *testing.T) {
					trials := c.some(4)
					if all {
						trials = append(c.every([]string{"eio", "kill", "power"}, step, from), c.every([]string{"full", "torn", "short", "mixed"}, 4*step, 4*from)...)
					}
					struck += c.sweep(t, trials)
				})
			}
			if struck < 2 {
				t.Errorf("only %d trials struck anything", struck)
			}
		})
	}
}
