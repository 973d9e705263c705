package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// killNine starts a program, waits until a file matches, and ends the program
// with SIGKILL, the way a power cut would: kill9 bank/reading clientbase schedule.
func killNine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: kill9 FILE PROGRAM ARGS…")
	}
	path, err := exec.LookPath(args[1])
	ts.Check(err)
	var out bytes.Buffer
	c := exec.Command(path, args[2:]...)
	c.Dir, c.Stdout, c.Stderr = ts.MkAbs("."), &out, &out
	c.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME"), "TMPDIR=" + ts.Getenv("TMPDIR"), "TZ=UTC", "NO_COLOR=1"}
	c.WaitDelay = time.Second // a source's program may outlive it and hold the output open
	ts.Check(c.Start())
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if found, _ := filepath.Glob(ts.MkAbs(args[0])); len(found) > 0 {
			break
		}
		if time.Now().After(deadline) {
			_ = c.Process.Kill()
			_ = c.Wait()
			ts.Fatalf("%s never came:\n%s", args[0], out.String())
		}
	}
	ts.Check(c.Process.Kill())
	_ = c.Wait()
	if c.ProcessState.Exited() {
		ts.Fatalf("it ended by itself before it was killed:\n%s", out.String())
	}
}

var (
	// heading is the line of `trace` over the values of an attribute, golden the
	// line of a value that is published, origin the one that says where it was read.
	heading = regexp.MustCompile(`^(\w+) \(.*\)$`)
	golden  = regexp.MustCompile(`^  ✓ (.*)  chosen by `)
	origin  = regexp.MustCompile(`^ +(\S+/\S+) (\S+) · (\S+) line (\d+), bytes (\d+)–(\d+) · field (\S+) = `)
)

// cutBytes reads what trace printed. For every published value it cuts the named
// bytes out of the supplier's file in FOLDER and prints the value, the record, and
// the field that stands in those bytes: cut bank/in.
func cutBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: cut FOLDER")
	}
	var b strings.Builder
	attr, value := "", ""
	for l := range strings.Lines(ts.ReadFile("stdout")) {
		l = strings.TrimRight(l, "\n")
		if m := heading.FindStringSubmatch(l); m != nil {
			attr = m[1]
		} else if m := golden.FindStringSubmatch(l); m != nil {
			value = m[1]
		} else if m := origin.FindStringSubmatch(l); m != nil && value != "" {
			fmt.Fprintf(&b, "%s %s: %s of %s %s says %q\n", attr, value, m[7], m[1], m[2], cutField(ts, filepath.Join(ts.MkAbs(args[0]), m[3]), m[4:7], m[7]))
			value = ""
		}
	}
	_, err := ts.Stdout().Write([]byte(b.String()))
	ts.Check(err)
}

// cutField cuts a row out of a file, by line and bytes as trace names them, and
// gives one field of it. The bytes must be that line and no other.
func cutField(ts *testscript.TestScript, path string, place []string, name string) string {
	text, err := os.ReadFile(path)
	ts.Check(err)
	var at [3]int
	for i, s := range place {
		at[i], err = strconv.Atoi(s)
		ts.Check(err)
	}
	line, from, to := at[0], at[1], at[2]
	if from >= to || to > len(text) {
		ts.Fatalf("bytes %d–%d are not in the file of %d", from, to, len(text))
	}
	if n := 1 + bytes.Count(text[:from], []byte("\n")); n != line {
		ts.Fatalf("byte %d is in line %d, not %d", from, n, line)
	}
	return fieldOf(ts, text, text[from:to], name)
}

// fieldOf gives one field of a row: by the heading of a text table with
// semicolons, or by name where the row is a JSON object.
func fieldOf(ts *testscript.TestScript, file, row []byte, name string) string {
	row = bytes.TrimRight(row, "\r\n")
	if bytes.HasPrefix(row, []byte("{")) {
		var fields map[string]string
		ts.Check(json.Unmarshal(row, &fields))
		return fields[name]
	}
	heading, _, _ := bytes.Cut(file, []byte("\n"))
	cells := strings.Split(string(row), ";")
	for i, column := range strings.Split(string(heading), ";") {
		if column == name && i < len(cells) {
			return cells[i]
		}
	}
	ts.Fatalf("no field %s in the bytes", name)
	return ""
}
