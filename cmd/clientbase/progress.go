package main

import (
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"clientbase/internal/pipeline"
)

// progress shows bars on a terminal and is silent everywhere else.
type progress struct{ p *mpb.Progress }

func (a *app) progress() *progress {
	f, ok := a.errOut.(*os.File)
	if !ok || a.quiet || a.json || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{p: mpb.New(mpb.WithOutput(f), mpb.WithWidth(28))}
}

// Start opens a bar.
func (b *progress) Start(stage string, total int64, unit string) pipeline.Meter {
	if b.p == nil {
		return pipeline.NoProgress{}.Start(stage, total, unit)
	}
	bar := b.p.New(total, mpb.BarStyle(), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(stage, decor.WCSyncSpaceR), decor.CurrentNoUnit("%d")),
		mpb.AppendDecorators(decor.Name(" "+unit), decor.AverageSpeed(0, " %.0f/s")))
	return &barMeter{bar}
}

func (b *progress) finish() {
	if b.p != nil {
		b.p.Wait()
	}
}

type barMeter struct{ bar *mpb.Bar }

func (m *barMeter) Add(n int64) { m.bar.IncrInt64(n) }

// Done ends the bar, also one whose total was unknown.
func (m *barMeter) Done() { m.bar.SetTotal(-1, true) }
