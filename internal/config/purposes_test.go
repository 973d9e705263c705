package config

import (
	"slices"
	"testing"
)

const oneSource = `source: a
kind: corebank
title: {ru: А, en: A}
streams:
  s:
    from: {path: in/s.csv}
    mode: full
    key: [ID]
    columns: {ID: text, N: text}
    party: {kind: person, map: {full_name: N}}
`

func TestPurposes(t *testing.T) {
	dir := write(t, map[string]string{
		"sources/a.yaml":      oneSource,
		"clientbase.yaml":     "version: 1\nproject: {ru: А, en: A}\npurposes: [service, marketing.loans]\n",
		"segments/one.yaml":   "purpose: marketing.deposits.autumn\n",
		"segments/cut.yaml":   "purpose: [",
		"segments/list.yaml":  "- a\n",
		"segments/blank.yaml": "purpose:\n",
	})
	p := mustLoad(t, dir)
	want := []string{"marketing", "marketing.deposits", "marketing.deposits.autumn", "marketing.loans", "service"}
	if got := p.Purposes(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	bare := mustLoad(t, write(t, map[string]string{"sources/a.yaml": oneSource, "clientbase.yaml": "version: 1\nproject: {ru: А, en: A}\n"}))
	if bare.Hash != mustLoad(t, write(t, map[string]string{"sources/a.yaml": oneSource, "clientbase.yaml": "version: 1\nproject: {ru: А, en: A}\npurposes: service\n"})).Hash {
		t.Error("a purpose in clientbase.yaml would rebuild the store")
	}
	if _, faults, err := Load(write(t, map[string]string{"sources/a.yaml": oneSource, "clientbase.yaml": "version: 1\nproject: {ru: А, en: A}\npurposes: [Marketing stuff]\n"})); err != nil || len(faults) == 0 {
		t.Errorf("a purpose of two words passes: %v %v", faults, err)
	}
}
