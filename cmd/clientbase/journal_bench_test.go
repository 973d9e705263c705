package main

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
	"clientbase/schemas"
)

// How long it takes to open the base and ask for all consents when a thousand
// objections were entered since the last run.
func BenchmarkConsentsWithATailOfAThousand(b *testing.B) {
	bank := newBank(b)
	bank.does(0, "run")
	p := bank.pipelineProject()
	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		b.Fatal(err)
	}
	j := journal.Open(p.Data, keys.Project()) // the ledger is told by the next run
	ctx := context.Background()
	const acts = 1000
	for i := range acts {
		var t opaque.Token
		copy(t[:], fmt.Sprintf("%016d", i))
		e, err := journal.Entry{At: testNow, Kind: journal.KindConsent}.WithPayload(journal.Consent{State: "objection", Since: "2026-03-02", Origin: "call",
			Records: []journal.Record{{Stream: "core/clients", Key: fmt.Sprint(i)}}, Points: []journal.Point{{Kind: schemas.RefPhone, Token: t}}})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := j.Append(ctx, e); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for range b.N {
		s, err := pipeline.Current(p)
		if err != nil {
			b.Fatal(err)
		}
		list, err := pipeline.Consents(ctx, p, s)
		if err != nil || len(list) != 2*acts {
			b.Fatal(len(list), err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
