package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// lookupFrom is the number of records from which looking up in process is
// measured: on fewer a test does the same.
const lookupFrom = 50_000

// lookups measures looking people up in one process, as a service would: the
// test that asks for a thousand clients by names with typing errors and in
// another script is let loose on the loaded bank, and what it says is printed.
func lookups(dir string, records int) error {
	if records < lookupFrom {
		return nil
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "test", "-count=1", "-v", "-run", "^TestFindMeansTheRightClient$", "./cmd/clientbase")
	cmd.Env = append(os.Environ(), "CLIENTBASE_FIND_BANK="+full)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("look clients up: %w: %s", err, out.String())
	}
	said := lookupsSaid(out.String())
	if len(said) == 0 {
		return fmt.Errorf("look clients up: the test said nothing of its times")
	}
	fmt.Println("\n| a name, looked up in process | right client first | median | p99 | processor time, median | p99 |\n|---|---:|---:|---:|---:|---:|")
	for _, s := range said {
		fmt.Printf("| %s | %s %% | %s | %s | %s | %s |\n", s[0], s[1], s[2], s[3], s[4], s[5])
	}
	fmt.Println()
	return nil
}

var lookupSaid = regexp.MustCompile(`(?m)^.*\.go:\d+: (.*): ([\d.]+) % of \d+ first, median (\S+), p99 ([^\s;]+)(?:; of processor time median (\S+), p99 (\S+))?$`)

// lookupsSaid reads kind, share, and median and p99 of both times out of what the test says.
func lookupsSaid(out string) (said [][]string) {
	for _, m := range lookupSaid.FindAllStringSubmatch(strings.ReplaceAll(out, "\r", ""), -1) {
		said = append(said, m[1:])
	}
	return said
}
