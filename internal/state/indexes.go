package state

import "golang.org/x/sync/errgroup"

// indexRows is how many records of a stream tell which attributes its records have.
const indexRows = 256

// Index makes the indexes that records of some streams are going to be put in by,
// several at a time: each would be made anyway, one after the other. It changes
// nothing else.
func (b *Base) Index(streams []string, workers int) {
	var g errgroup.Group
	g.SetLimit(workers)
	g.Go(func() error { b.Keys.Index(); return nil })
	for _, a := range b.AttrNames() {
		if col := b.Attrs[a]; b.seen(col, streams) {
			g.Go(func() error { col.Dict.Index(); return nil })
		}
	}
	_ = g.Wait() // cannot fail
}

// seen tells whether one of the latest records of the streams has the attribute.
func (b *Base) seen(col *Column, streams []string) bool {
	for _, id := range streams {
		left := indexRows
		for r := b.Rows() - 1; r >= 0 && left > 0; r-- {
			if b.Streams[b.Stream[r]] != id {
				continue
			}
			if lo, hi := col.Range(Row(r)); hi > lo {
				return true
			}
			left--
		}
	}
	return false
}
