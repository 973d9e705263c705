package landing

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"clientbase/connectors"
)

// A delivery whose every row is bad costs no memory, leaves no file behind, and
// is read back row by row in order.
func TestSpoolIsBounded(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := s.Spool()
	defer p.Close()
	raw := make([]byte, 64<<10)
	const rows = 400 // 25 MB, 34 MB as written
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range rows {
		if err := p.Add(QuarantineRow{Class: "quality", Reason: "too_many_fields", Pos: connectors.Position{Kind: connectors.AtOffset, Line: int64(i + 1)}, Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	if grown := int64(heap()) - int64(before); grown > 12<<20 {
		t.Errorf("%d MB are held for quarantined rows", grown>>20)
	}
	if files, _ := filepath.Glob(filepath.Join(s.dir, "tmp", "*")); len(files) != 0 {
		t.Errorf("clear rows lie in %v", files)
	}
	if err := s.PutQuarantine("core/clients", "d", "read", p); err != nil {
		t.Fatal(err)
	}
	list, err := s.Quarantines()
	if err != nil || len(list) != 1 || list[0].Rows != rows || list[0].Reasons["too_many_fields"] != rows {
		t.Fatalf("%+v %v", list, err)
	}
	line := int64(0)
	if err := s.EachQuarantined(list[0], func(r QuarantineRow) bool {
		line++
		return r.Pos.Line == line && len(r.Raw) == len(raw)
	}); err != nil || line != rows {
		t.Errorf("%d rows came back in order, %v", line, err)
	}
	empty := s.Spool()
	if err := s.PutQuarantine("core/clients", "d", "read", empty); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "quarantine", "core", "clients", "d-read.age")); !os.IsNotExist(err) {
		t.Errorf("no rows must leave no quarantine: %v", err)
	}
}
