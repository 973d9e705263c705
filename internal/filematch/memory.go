package filematch

import (
	"fmt"

	"clientbase/internal/errs"
)

// What a file needs in memory at least, whatever stands on disk: its different
// values in the forms that are compared, and some numbers per row. Measured on
// files of one to ten million rows.
const (
	memoryBase   = 32 << 20
	memoryRow    = 30
	memoryCell   = 8
	memoryValue  = 64
	memoryLetter = 3 // bytes per byte of the different values
)

// needs estimates the memory without which the rows read so far cannot be
// matched.
func (t *fileTable) needs() int64 {
	n := int64(memoryBase) + int64(t.rows)*int64(memoryRow+memoryCell*len(t.cols))
	for _, c := range t.cols {
		text, _ := c.dict.Parts()
		n += int64(len(text))*memoryLetter + int64(c.dict.Len())*memoryValue
	}
	return n
}

// tooLarge says that a file of so many rows cannot be matched in a size of
// memory, judged by the rows that were read before that was seen.
func (t *fileTable) tooLarge(rows int, memory int64) error {
	need := memoryBase + int64(float64(t.needs()-memoryBase)*float64(rows)/float64(t.rows))
	return errs.New(errs.Config, "dedupe", "--memory", fmt.Sprintf("%d rows need about %s at least, %s are allowed", rows, sizeWord(need), sizeWord(memory)),
		"allow more, or leave columns out: --map column=ignore; the rest is kept on disk while it works")
}

// sizeWord writes a size as --memory takes it, rounded up.
func sizeWord(n int64) string {
	if n < 10<<30 {
		return fmt.Sprintf("%dMB", (n+1<<20-1)>>20)
	}
	return fmt.Sprintf("%dGB", (n+1<<30-1)>>30)
}
