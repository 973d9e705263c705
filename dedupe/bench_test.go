package dedupe

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
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

// BenchmarkDedupe takes synthetic families from a table to clusters. Rows are
// 200,000 unless DEDUPE_ROWS says otherwise.
func BenchmarkDedupe(b *testing.B) {
	rows := 200_000
	if n, err := strconv.Atoi(os.Getenv("DEDUPE_ROWS")); err == nil {
		rows = n
	}
	s := synthetic(11, rows*3000/16600, 0.08)
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
