package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// exportSegment holds everybody: only consent decides who is on its list.
const exportSegment = "bench_everybody"

// writeSegments puts n rules of every kind into the project's segments folder.
func writeSegments(dir string, n int) error {
	cities := []string{"Москва", "Київ", "Казань", "Одеса", "Самара"}
	products := []string{"current", "savings", "deposit", "loan"}
	states := []string{"potential", "client", "former"}
	windows := []int{7, 14, 30, 31, 45, 60, 90, 100, 120, 180} // days that people think in
	for i := range n {
		rule := []string{
			fmt.Sprintf("{attr: age, between: [%d, %d]}", 18+i, 40+i),
			fmt.Sprintf("{not: {attr: city, equals: %q}}", cities[i%len(cities)]),
			fmt.Sprintf("{any: [{holds: {product: %s, status: active}}, {never: %s}]}", products[i%4], products[(i+1)%4]),
			fmt.Sprintf("{count: {event: transaction, within: %d months}, ge: %d}", 1+i%12, i%5),
			fmt.Sprintf("{sum: {event: transaction, field: amount, currency: RUB, within: %d days}, ge: %d}", windows[i%len(windows)], -1000*i),
			fmt.Sprintf("{not: {count: {event: call, within: %d weeks}, ge: 3}}", 1+i%10),
			fmt.Sprintf("{not: {lifecycle: %s}}", states[i%3]),
		}
		text := fmt.Sprintf("segment: bench_%d\nversion: 1\nowner: bench\npurpose: marketing\ntitle: Bench %d\nwhere:\n  all:\n", i, i)
		for k, r := range rule {
			if i%2 == 0 || k != i/2%len(rule) { // half of them leave one leaf out
				text += "    - " + r + "\n"
			}
		}
		path := filepath.Join(dir, "segments", fmt.Sprintf("bench_%d.yaml", i))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	text := "segment: " + exportSegment + "\nversion: 1\nowner: bench\npurpose: marketing\ntitle: Everybody\nwhere: {attr: n_records, ge: 1}\n"
	return os.WriteFile(filepath.Join(dir, "segments", exportSegment+".yaml"), []byte(text), 0o644)
}
