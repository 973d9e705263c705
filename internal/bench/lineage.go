package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// traced is how many clients are traced, spread over the base.
const traced = 15

// lineage measures what it costs to explain values: bytes of lineage per golden
// value, losers and records included, and how long the origins of one client
// take in a fresh process, from the command line to the last line.
func lineage(c config, dir string) error {
	answer := func(args ...string) ([]byte, error) {
		cmd := exec.Command(c.bin, append([]string{"-C", dir, "--quiet"}, args...)...)
		var out, errOut bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errOut
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", args[0], err, errOut.String())
		}
		return out.Bytes(), nil
	}
	text, err := answer("--json", "trace", "--sample", fmt.Sprint(traced))
	if err != nil {
		return err
	}
	var paper struct {
		Snapshot string `json:"snapshot"`
		Values   int64  `json:"golden_values"`
		Agree    int    `json:"agree"`
		Drawn    int    `json:"drawn"`
		Lines    []struct {
			ClientID string `json:"client_id"`
		} `json:"lines"`
	}
	if err := json.Unmarshal(text, &paper); err != nil {
		return fmt.Errorf("trace --sample: %w", err)
	}
	if paper.Agree != paper.Drawn || paper.Values == 0 {
		return fmt.Errorf("trace --sample: %d of %d drawn values of %d come out again", paper.Agree, paper.Drawn, paper.Values)
	}
	var size int64
	files, err := filepath.Glob(filepath.Join(dir, "data", "snapshots", paper.Snapshot, "lineage", "*.parquet"))
	if err != nil {
		return err
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return err
		}
		size += info.Size()
	}
	fmt.Printf("lineage: %.1f MB in %d files for %d golden values, %.2f bytes a value\n", float64(size)/1e6, len(files), paper.Values, float64(size)/float64(paper.Values))
	var took []time.Duration
	for _, l := range paper.Lines {
		start := time.Now()
		if _, err := answer("trace", l.ClientID); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	fmt.Printf("cold `trace CLIENT`, %d clients: median %d ms, slowest %d ms\n", len(took), took[len(took)/2].Milliseconds(), took[len(took)-1].Milliseconds())
	return nil
}
