package dedupe

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// peakMB is the greatest resident size of the process so far, in MiB.
func peakMB() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	return kb / 1024
}

// cpuSeconds is the processor time of this process so far: on a busy machine
// it tells more than the clock.
func cpuSeconds() float64 {
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) / 100
}

func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("DEDUPE_ROWS")); err == nil {
		return n
	}
	return 200_000
}

// BenchmarkDedupe takes synthetic families from a table to clusters. Rows are
// 200,000 unless DEDUPE_ROWS says otherwise.
func BenchmarkDedupe(b *testing.B) {
	s := synthetic(11, benchRows()*3000/16600, 0.08)
	runtime.GC()
	ctx := context.Background()
	b.ResetTimer()
	for range b.N {
		t0, c0 := time.Now(), cpuSeconds()
		md, err := Train(ctx, s.table, Settings{})
		if err != nil {
			b.Fatal(err)
		}
		t1, c1 := time.Now(), cpuSeconds()
		e, err := Score(ctx, s.table, md, nil, Settings{})
		if err != nil {
			b.Fatal(err)
		}
		t2, c2 := time.Now(), cpuSeconds()
		p, err := Cluster(ctx, s.table, md, e, nil, Settings{})
		if err != nil {
			b.Fatal(err)
		}
		t3, c3 := time.Now(), cpuSeconds()
		q := Evaluate(p.Cluster, s.truth)
		sure := Evaluate(p.Confident, s.truth)
		b.Logf("%d rows: train %.1fs (cpu %.1f) score %.1fs (cpu %.1f) cluster %.1fs (cpu %.1f); %.1f M pairs, cap %d, %d rules; F1 %.4f B3 %.4f sure P %.4f R %.4f largest %d", s.table.Rows, t1.Sub(t0).Seconds(), c1-c0, t2.Sub(t1).Seconds(), c2-c1,
			t3.Sub(t2).Seconds(), c3-c2, float64(e.Pairs)/1e6, md.plan.cap, md.plan.rules(), q.F1, q.B3F1, sure.Precision, sure.Recall, q.Largest)
		b.ReportMetric(float64(e.Pairs)/t2.Sub(t1).Seconds()/1e6, "Mpairs/s")
		b.ReportMetric(float64(e.Pairs)/(c2-c1)/1e6, "Mpairs/cpu-s")
		b.ReportMetric(float64(s.table.Rows)/t3.Sub(t0).Seconds(), "rows/s")
		b.ReportMetric(peakMB(), "MiB-peak")
	}
}

// BenchmarkScoring weighs the candidate pairs of synthetic families, six
// attributes and the order of names with value frequencies, as Score does. Pairs
// are found beforehand, so that what is measured is the comparison alone; find
// is what finding them takes. Rows are 200,000 unless DEDUPE_ROWS says otherwise.
func BenchmarkScoring(b *testing.B) {
	s, ctx := synthetic(11, benchRows()*3000/16600, 0.08), context.Background()
	md, err := Train(ctx, s.table, Settings{})
	if err != nil {
		b.Fatal(err)
	}
	m, err := compile(s.table, md)
	if err != nil {
		b.Fatal(err)
	}
	if err := md.bind(m); err != nil {
		b.Fatal(err)
	}
	workers := Settings{}.workers()
	found := make([]candidateLists, workers)
	began := time.Now()
	if err := newBlocker(m, md.plan, workers).walk(ctx, workers, nil, func(w int) nearFunc { return found[w].add }); err != nil {
		b.Fatal(err)
	}
	finding, pairs := time.Since(began), 0
	for _, l := range found {
		pairs += len(l.ys)
	}
	b.ResetTimer()
	for range b.N {
		sums := newTally(m, md, Settings{})
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() { found[w].each(sums.worker(w)) })
		}
		wg.Wait()
	}
	b.ReportMetric(float64(pairs)/b.Elapsed().Seconds()*float64(b.N)/1e6, "Mpairs/s")
	b.ReportMetric(float64(len(m.feats)), "attributes")
	b.ReportMetric(finding.Seconds(), "find-s")
}

// candidateLists are rows with their candidates, one behind the other.
type candidateLists struct {
	xs, ends, ys []uint32
	rules        []uint16
}

func (l *candidateLists) add(x uint32, ys []uint32, rules []uint16) bool {
	l.xs, l.ys, l.rules = append(l.xs, x), append(l.ys, ys...), append(l.rules, rules...)
	l.ends = append(l.ends, uint32(len(l.ys)))
	return true
}

func (l *candidateLists) each(f nearFunc) {
	lo := uint32(0)
	for i, x := range l.xs {
		f(x, l.ys[lo:l.ends[i]], l.rules[lo:l.ends[i]])
		lo = l.ends[i]
	}
}
