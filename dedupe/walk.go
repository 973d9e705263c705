package dedupe

import (
	"context"
	"sync"
	"sync/atomic"

	"clientbase/internal/errs"
)

// pairFunc receives a candidate pair; each pair comes once, whatever the
// number of rules that find it. It returns false to stop.
type pairFunc func(x, y uint32, rule int) bool

// walk visits all candidate pairs, or with touched those that have at least
// one touched row. visit(w) makes the function of worker w; workers own blocks.
func (b *blocker) walk(ctx context.Context, workers int, touched []bool, visit func(w int) pairFunc) error {
	marked := 0
	for _, t := range touched {
		if t {
			marked++
		}
	}
	if touched == nil || marked > b.m.t.Rows/openFrom {
		b.opened = b.open(workers)
		defer func() { b.opened = nil }()
	}
	parts := 1
	for n := b.m.t.Rows; n > 1<<22 && parts < 16; n >>= 1 {
		parts *= 2
	}
	var next atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	total := b.rules() * parts
	for w := 0; w < workers; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f := visit(w)
			var buf sortBuffer
			for !stop.Load() {
				n := int(next.Add(1)) - 1
				if n >= total {
					return
				}
				if ctx.Err() != nil || !b.blocks(n/parts, n%parts, parts, touched, &buf, f) {
					stop.Store(true)
				}
			}
		}()
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return errs.Wrap(errs.Interrupted, "compare pairs", "", err, "run again")
	}
	return nil
}

// blocks visits the pairs of one part of one rule.
func (b *blocker) blocks(rule, part, parts int, touched []bool, buf *sortBuffer, f pairFunc) bool {
	items := buf.items[:0]
	if touched != nil {
		for r := range touched {
			if touched[r] {
				items = b.emit(rule, uint32(r), items, true)
			}
		}
		if len(items) == 0 {
			return true
		}
		buf.mark.clear()
		for _, it := range items {
			buf.mark.set(uint32(it >> 32))
		}
		items = items[:0]
	}
	mask, shift := uint64(parts-1), 32+7 // another part of the hash than the table sizes use
	for r := 0; r < b.m.t.Rows; r++ {
		n := len(items)
		if b.opened != nil {
			items = b.emitOpened(rule, uint32(r), items)
		} else {
			items = b.emit(rule, uint32(r), items, touched == nil) // the mark holds no hot value
		}
		if parts == 1 && touched == nil {
			continue
		}
		kept := items[:n]
		for _, it := range items[n:] {
			if it>>shift&mask == uint64(part) && (touched == nil || buf.mark.has(uint32(it>>32))) {
				kept = append(kept, it)
			}
		}
		items = kept
	}
	buf.items = items
	items = buf.sort()
	number, last := b.number(rule), rule
	for lo := 0; lo < len(items); {
		hi := lo + 1
		for hi < len(items) && items[hi]>>32 == items[lo]>>32 {
			hi++
		}
		h := uint32(items[lo] >> 32)
		for i := lo; i < hi; i++ {
			x := uint32(items[i])
			ra, head := b.row(x), []uint64(nil)
			if b.opened != nil {
				head = b.opened.of(x)
			}
			for j := i + 1; j < hi; j++ {
				y := uint32(items[j])
				if touched != nil && !touched[x] && !touched[y] || x == y {
					continue
				}
				if head != nil {
					if !b.leadsOpened(rule, h, x, y, head) {
						continue
					}
				} else if rb := b.row(y); !allowed(ra, rb) || !b.leads(rule, h, ra, rb, &last) {
					continue
				}
				if !f(x, y, number) {
					return false
				}
			}
		}
		lo = hi
	}
	return true
}
