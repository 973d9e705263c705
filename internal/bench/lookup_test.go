package main

import (
	"slices"
	"testing"
)

// The times stand behind the kind of question, which may hold a comma.
func TestLookupsSaid(t *testing.T) {
	said := lookupsSaid("=== RUN   TestX\n    find_test.go:135: another script: 99.1 % of 1000 first, median 2.1ms, p99 8.75ms; of processor time median 2ms, p99 4ms\n" +
		"    find_test.go:135: one typing error, with the day of birth: 100.0 % of 1000 first, median 900µs, p99 1.2ms\nok\n")
	if len(said) != 2 || !slices.Equal(said[0], []string{"another script", "99.1", "2.1ms", "8.75ms", "2ms", "4ms"}) || said[1][0] != "one typing error, with the day of birth" {
		t.Errorf("read %q", said)
	}
}
