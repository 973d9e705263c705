// Command bench measures the whole program on generated banks and prints the
// table that stands in BENCHMARKS.md: rows per second and peak memory of every
// stage, scored pairs per second, and a delta published into a large base. It
// runs the real binary as a person would; only the rules are also measured alone.
//
//	go run ./internal/bench -bin bin/clientbase                100 k and 1 M records
//	go run ./internal/bench -bin bin/clientbase -sizes 20000   a quick look
//	go run ./internal/bench -bin bin/clientbase -accuracy      how right dedupe is, on every file whose truth is known
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"clientbase/internal/demobank"
)

type config struct {
	bin   string
	work  string
	delta int

	families string

	cleansing time.Duration
}

func main() {
	var c config
	sizes := flag.String("sizes", "100000,1000000", "records of the banks, comma separated")
	wide := flag.Int("wide", 100_000, "records of the bank with 100 facts per client; 0 = none")
	flag.StringVar(&c.families, "families", "1000000,10000000@8GB", "records of the files that dedupe reads, with --memory behind an @; 0 = none")
	flag.StringVar(&c.bin, "bin", "bin/clientbase", "the program")
	flag.StringVar(&c.work, "work", "", "folder for the banks; default a temporary one")
	flag.IntVar(&c.delta, "delta", 10_000, "changed records of the delta")
	flag.DurationVar(&c.cleansing, "cleansing", 3*time.Second, "how long the rules are measured")
	right := flag.Bool("accuracy", false, "measure how right dedupe is instead of how fast")
	only := flag.String("only", "", "with -accuracy: files whose name holds this")
	rows := flag.Int("rows", 120_000, "with -accuracy: files of up to so many rows")
	flag.Parse()
	if *right {
		if err := accuracy(c, *only, *rows); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(c, *sizes, *wide); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(c config, sizes string, wide int) error {
	if c.work == "" {
		dir, err := os.MkdirTemp("", "clientbase-bench-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		c.work = dir
	}
	fmt.Printf("machine: %s, %d cores, %s, %s\n\n", cpu(), runtime.NumCPU(), memory(), runtime.Version())
	if err := cleanse(c.cleansing); err != nil {
		return err
	}
	if err := familyFiles(c); err != nil {
		return err
	}
	for _, s := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			return fmt.Errorf("-sizes: %q is not a number", s)
		}
		if err := measure(c, n, 8); err != nil {
			return err
		}
	}
	if wide > 0 {
		return measure(c, wide, 100)
	}
	return nil
}

// runReport is what the bench needs of a run's JSON.
type runReport struct {
	Seconds float64 `json:"seconds"`
	Steps   []struct {
		Name    string  `json:"name"`
		Seconds float64 `json:"seconds"`
		Peak    int64   `json:"peak_bytes"`
	} `json:"steps"`
	Balances []struct {
		Read int64 `json:"read"`
	} `json:"balances"`
	Match []struct {
		Party   string  `json:"party"`
		Records int64   `json:"records"`
		Pairs   int64   `json:"pairs"`
		Scoring float64 `json:"scoring_seconds"`
	} `json:"match"`
	Clients struct {
		Records int64 `json:"records"`
	} `json:"clients"`
}

func measure(c config, records, facts int) error {
	dir := filepath.Join(c.work, fmt.Sprintf("bank-%d-%d", records, facts))
	opt := demobank.Options{Records: records, FactsPerClient: facts, Seed: 1}
	sum, err := demobank.Generate(context.Background(), dir, opt)
	if err != nil {
		return err
	}
	fmt.Printf("## %d records, %d facts per client (%d facts, %.0f MB of files)\n\n", sum.Records, facts, sum.Facts, float64(sum.Bytes)/1e6)
	first, peak, err := runOnce(c, dir)
	if err != nil {
		return err
	}
	show("first load", first, peak)
	d, err := demobank.Delta(context.Background(), dir, opt, demobank.DeltaOptions{Records: c.delta, Day: 1})
	if err != nil {
		return err
	}
	delta, peak, err := runOnce(c, dir)
	if err != nil {
		return err
	}
	show(fmt.Sprintf("delta of %d changed records", d.Rows), delta, peak)
	if err := lineage(c, dir); err != nil {
		return err
	}
	if err := lookups(dir, records); err != nil {
		return err
	}
	if err := reads(c, dir); err != nil {
		return err
	}
	if err := visible(c, dir, opt); err != nil {
		return err
	}
	fmt.Println()
	return os.RemoveAll(dir)
}

// runOnce loads what is there. The disk is at rest when it begins: what the step
// before left to the system to write is not this one's work.
func runOnce(c config, dir string) (*runReport, int64, error) {
	syscall.Sync()
	cmd := exec.Command(c.bin, "-C", dir, "--json", "run")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, 0, fmt.Errorf("run: %w", err)
	}
	var r runReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		return nil, 0, err
	}
	peak := int64(0)
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = u.Maxrss << 10
	}
	return &r, peak, nil
}

func show(title string, r *runReport, peak int64) {
	rows := int64(0)
	for _, b := range r.Balances {
		rows += b.Read
	}
	fmt.Printf("%s: %.1f s for %d rows, peak %.2f GB\n\n", title, r.Seconds, rows, float64(peak)/(1<<30))
	fmt.Println("| stage | seconds | rows/s | peak memory |")
	fmt.Println("|---|---:|---:|---:|")
	for _, s := range r.Steps {
		n := rows
		if s.Name == "resolve" || s.Name == "survive" {
			n = r.Clients.Records
		}
		fmt.Printf("| %s | %.2f | %.0f k | %.2f GB |\n", s.Name, s.Seconds, float64(n)/max(s.Seconds, 0.001)/1000, float64(s.Peak)/(1<<30))
	}
	for _, m := range r.Match {
		if m.Scoring > 0.05 {
			fmt.Printf("| scoring, %s: %.1f M pairs | %.2f | %.1f M pairs/s | |\n", m.Party, float64(m.Pairs)/1e6, m.Scoring, float64(m.Pairs)/m.Scoring/1e6)
		}
	}
	fmt.Println()
}

func cpu() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for _, line := range strings.Split(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return runtime.GOARCH
}

func memory() string {
	text, _ := os.ReadFile("/proc/meminfo")
	f := strings.Fields(string(text))
	if len(f) > 1 {
		if kb, err := strconv.ParseInt(f[1], 10, 64); err == nil {
			return fmt.Sprintf("%.0f GB", float64(kb)/(1<<20))
		}
	}
	return "? GB"
}
