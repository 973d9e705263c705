package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// reads measures what people do between two runs, each in a fresh process:
// find somebody, count segments, take a list away, object, and read again.
func reads(c config, dir string) error {
	for _, q := range []struct {
		name string
		args []string
	}{
		{"find, a surname", []string{"find", "Иванов"}},
		{"find, a name with typos in another script", []string{"find", "--name", "Kovaliov Oleksey Petrovych"}},
		{"find, the tail of a phone", []string{"find", "1234567"}},
		{"query", []string{"query", "SELECT count(*) FROM clients"}},
	} {
		if _, err := timed(c, dir, q.name, q.args...); err != nil {
			return err
		}
	}
	const many = 50
	if err := writeSegments(dir, many); err != nil {
		return err
	}
	if _, err := timed(c, dir, fmt.Sprintf("segment list, %d segments of all kinds of rule", many), "segment", "list"); err != nil {
		return err
	}
	if _, err := timed(c, dir, "segment count", "segment", "count", "bench_0"); err != nil {
		return err
	}
	return objection(c, dir)
}

// objection takes a list, lets the first person on it object, and takes the
// list again: the next read must be without that person's number.
func objection(c config, dir string) error {
	before, err := export(c, dir, "segment export", "before.csv")
	if err != nil {
		return err
	}
	if len(before) == 0 {
		fmt.Println("nobody in this bank may be called: no objection was tried")
		return nil
	}
	who := "+" + before[0]
	if _, err := timed(c, dir, "consent set, an objection by phone", "consent", "set", "--phone", who, "--state", "objection", "--origin", "call", "--reason", "bench"); err != nil {
		return err
	}
	if _, err := timed(c, dir, "segment count, right after the objection", "segment", "count", "bench_0"); err != nil {
		return err
	}
	if _, err := timed(c, dir, "find by that phone, right after the objection", "find", "--phone", who); err != nil {
		return err
	}
	after, err := export(c, dir, "segment export, right after the objection", "after.csv")
	if err != nil {
		return err
	}
	if slices.Contains(after, before[0]) || len(after) >= len(before) {
		return fmt.Errorf("the person who objected is still on the list: %d rows, then %d", len(before), len(after))
	}
	fmt.Printf("the objection held in the next read: %d rows on the list, then %d, without the number\n", len(before), len(after))
	return nil
}

// export writes the list of everybody who may be called and gives its numbers.
func export(c config, dir, name, file string) ([]string, error) {
	out := filepath.Join(dir, file)
	if _, err := timed(c, dir, name, "segment", "export", exportSegment, "--channel", "phone", "--profile", "dialler", "--out", out, "--reason", "bench"); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(out)
	if os.IsNotExist(err) {
		return nil, nil // an empty list makes no file
	}
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	at := slices.Index(rows[0], "PHONE")
	if at < 0 {
		return nil, fmt.Errorf("%s: the list has no column PHONE", name)
	}
	var phones []string
	for _, row := range rows[1:] {
		phones = append(phones, row[at])
	}
	return phones, nil
}

// timed runs a reading verb in a fresh process and prints how long it took.
func timed(c config, dir, name string, args ...string) (time.Duration, error) {
	cmd := exec.Command(c.bin, append([]string{"-C", dir, "--quiet"}, args...)...)
	var out bytes.Buffer
	cmd.Stderr = &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", name, err, out.String())
	}
	took := time.Since(start)
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	fmt.Printf("cold `%s`: %.2f s (%.2f s of processor time)\n", name, took.Seconds(), used.Seconds())
	return took, nil
}
