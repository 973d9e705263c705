package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this test binary also be the program: under the name
// clientbase it runs main, so that stories and the tests that kill, stop and
// race processes start the real thing without a second build.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"clientbase": main})
}

// Stories are whole-river scripts in testdata/stories: what a person types,
// what the program answers, with which exit code. The first paragraph of each
// says what it tells.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/stories",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "UTC")
			e.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"current": sameCurrent,
			"mode":    chmodFile,
			"kill9":   killNine,
			"cut":     cutBytes,
		},
	})
}

// exits runs a program that must end with the exit code that comes first:
// exits 4 clientbase run.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("exits: %s is no exit code", args[0])
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("exits: %v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit %d, want %d", got, want)
	}
}

// sameCurrent remembers what is published (current keep) and checks that
// nothing was published since (current same) or that something was (! current same).
func sameCurrent(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || (args[0] != "keep" && args[0] != "same") {
		ts.Fatalf("usage: current keep|same PROJECT")
	}
	now := ts.ReadFile(args[1] + "/data/CURRENT")
	if args[0] == "keep" {
		ts.Setenv("CURRENT_BEFORE", now)
		return
	}
	if same := ts.Getenv("CURRENT_BEFORE") == now; same == neg {
		ts.Fatalf("CURRENT same as before: %t", same)
	}
}

// chmodFile changes the rights of a file: mode 0600 keys/dsn.
func chmodFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode OCTAL FILE")
	}
	perm, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	ts.Check(os.Chmod(ts.MkAbs(args[1]), os.FileMode(perm)))
}
