package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"time"

	"clientbase/internal/demobank"
)

// visible measures how long it takes from a file that lies complete at the source
// to a reader who sees it, while deltas come one after another: each round a run
// and then a query in fresh processes. Large banks have fewer rounds.
func visible(c config, dir string, opt demobank.Options) error {
	nights := 12
	if opt.Records > 200_000 {
		nights = 3
	}
	var took []time.Duration
	for n := range nights {
		if _, err := demobank.Delta(context.Background(), dir, opt, demobank.DeltaOptions{Records: max(c.delta/10, 1), Day: 2 + n}); err != nil {
			return err
		}
		start := time.Now()
		if _, _, err := runOnce(c, dir); err != nil {
			return err
		}
		if err := exec.Command(c.bin, "-C", dir, "-q", "query", "SELECT max(as_of) FROM streams").Run(); err != nil {
			return fmt.Errorf("query: %w", err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	fmt.Printf("from a complete file to a reader who sees it, %d deltas of %d records: median %.1f s, 95 %% within %.1f s\n",
		nights, max(c.delta/10, 1), took[nights/2].Seconds(), took[nights*95/100].Seconds())
	return nil
}
