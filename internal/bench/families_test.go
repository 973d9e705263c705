package main

import (
	"bytes"
	"strings"
	"testing"
)

// A family file is the same each time and has about as many records as asked.
func TestFamilies(t *testing.T) {
	var one, two bytes.Buffer
	n, err := makeFamilies(&one, 5000)
	if err != nil || n < 4000 || n > 6000 {
		t.Fatalf("%d records, %v", n, err)
	}
	if _, err := makeFamilies(&two, 5000); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two files differ")
	}
	if lines := strings.Count(one.String(), "\n"); lines != n+1 {
		t.Errorf("%d lines for %d records", lines, n)
	}
}
