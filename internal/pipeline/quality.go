package pipeline

import (
	"cmp"
	"context"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"golang.org/x/sync/errgroup"

	"clientbase/internal/state"
	"clientbase/schemas"
	"clientbase/transforms"
)

// The quality profile is counted anew at every publication from the record
// versions in force, so a delta and a rebuild give the same one. Values set by
// hand are no source's and are left out.

// junkCell is one junk cell of a cleansed batch.
type junkCell struct {
	row         int // of the batch
	attr, shape string
}

// junkOf lists the junk of a cleansed batch by row and attribute.
func junkOf(b *schemas.Batch, d *schemas.Dictionary) []junkCell {
	var out []junkCell
	for id, cells := range b.Out {
		if cells == nil {
			continue
		}
		a, _ := d.Attr(id)
		for i := range cells.Rows() {
			for _, c := range cells.Row(i) {
				if c.Status == schemas.Junk {
					out = append(out, junkCell{i, id, transforms.JunkShape(rawText(b.In[id], i, c, c), a.Kind, c.Reason)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b junkCell) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.attr, b.attr)) })
	return out
}

// quality is what the base says of one attribute of one stream.
type quality struct {
	records, filled, cells, usable int64
	status                         [schemas.Raw]int64
	reasons                        map[verdictKey]int64
	junk                           map[string]int64 // shape → cells
}

type verdictKey struct {
	status schemas.Status
	reason schemas.Reason
}

// profile counts every attribute of the dictionary, per stream number.
func (r *river) profile() [][]quality {
	m := &r.memory
	attrs := r.p.Dict.Attrs
	out := make([][]quality, len(attrs))
	var g errgroup.Group
	g.SetLimit(r.threads())
	inForce := make([]bool, m.base.Rows())
	for row := range inForce {
		inForce[row] = m.base.Live[row] && m.base.Closed[row] == 0 && !m.manual(state.Row(row))
	}
	list := stretches(m.base, inForce)
	for i := range attrs {
		g.Go(func() error {
			out[i] = profileOf(m.base, attrs[i], list)
			return nil
		})
	}
	_ = g.Wait() // counting cannot fail
	r.profileJunk(out, inForce)
	return out
}

// stretch is rows in force that follow each other, of one stream and kind of party.
type stretch struct {
	lo, hi int // the first, and the one after the last
	stream uint16
	party  uint8
}

func stretches(b *state.Base, inForce []bool) (list []stretch) {
	for row, is := range inForce {
		if !is {
			continue
		}
		if n := len(list); n > 0 && list[n-1].hi == row && list[n-1].stream == b.Stream[row] && list[n-1].party == b.Party[row] {
			list[n-1].hi++
			continue
		}
		list = append(list, stretch{row, row + 1, b.Stream[row], b.Party[row]})
	}
	return list
}

func profileOf(b *state.Base, a schemas.Attr, inForce []stretch) []quality {
	out := make([]quality, len(b.Streams))
	counts := make([]map[verdictKey]int64, len(b.Streams))
	for i := range counts {
		counts[i] = map[verdictKey]int64{}
	}
	col := b.Attrs[a.ID]
	var last verdictKey
	lastStream, run := 0, int64(0)
	flush := func() {
		if run > 0 {
			counts[lastStream][last] += run
		}
		run = 0
	}
	for _, s := range inForce {
		if uint8(a.Party)&s.party == 0 {
			continue
		}
		no := int(s.stream)
		q := &out[no]
		q.records += int64(s.hi - s.lo)
		if col == nil || s.lo+1 >= len(col.Off) {
			continue
		}
		off := col.Off[s.lo:min(s.hi+1, len(col.Off))]
		for i, to := range off[1:] {
			if to != off[i] {
				q.filled++
			}
		}
		for k := off[0]; k < off[len(off)-1]; k++ {
			v := verdictKey{schemas.Status(col.Status[k]), schemas.Reason(col.Reason[k])}
			if v != last || no != lastStream {
				flush()
				last, lastStream = v, no
			}
			run++
		}
	}
	flush()
	for i := range out {
		q := &out[i]
		q.reasons = counts[i]
		for v, n := range counts[i] {
			q.cells += n
			q.status[v.status] += n
			if v.status.Usable() {
				q.usable += n
			}
		}
	}
	return out
}

// profileJunk adds what junk looks like.
func (r *river) profileJunk(out [][]quality, inForce []bool) {
	m := &r.memory
	place := map[string]int{}
	for i, a := range r.p.Dict.Attrs {
		place[a.ID] = i
	}
	for k, row := range m.junk.Row {
		i, ok := place[m.junk.Texts[m.junk.Attr[k]]]
		if !ok || int(row) >= len(inForce) || !inForce[row] {
			continue
		}
		q := &out[i][m.base.Stream[row]]
		if q.junk == nil {
			q.junk = map[string]int64{}
		}
		q.junk[m.junk.Texts[m.junk.Shape[k]]]++
	}
}

// mapped names the attributes that a stream's mapping fills, so that a column
// that went empty is seen as empty and not as absent.
func mapped(s *schemas.Stream) map[string]bool {
	out := map[string]bool{}
	for i := range s.Parties {
		for _, a := range s.Parties[i].Attrs {
			out[a.Attr] = true
		}
	}
	return out
}

// writeProfile publishes the quality profile as it was counted.
func (r *river) writeProfile(ctx context.Context, all [][]quality) error {
	for _, t := range []string{"quality_profile", "quality_reasons", "quality_junk"} {
		if err := r.staging.Empty(ctx, t); err != nil {
			return err
		}
	}
	i64, f64 := arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Float32
	cols := []arrow.Field{field("stream", textType), field("attr", textType), field("records", i64), field("filled", i64), field("fill", f64),
		field("cells", i64), field("usable", i64), field("valid", f64)}
	statuses := []schemas.Status{schemas.OK, schemas.Corrected, schemas.Assumed, schemas.Ambiguous, schemas.Conflict, schemas.Invalid, schemas.Junk}
	for _, s := range statuses {
		cols = append(cols, field(s.String(), i64))
	}
	sums := newTable("quality_profile", r.insertInto("quality_profile"), cols...)
	reasons := newTable("quality_reasons", r.insertInto("quality_reasons"), field("stream", textType), field("attr", textType), field("status", textType), field("reason", textType),
		field("cells", i64), field("share", f64))
	junk := newTable("quality_junk", r.insertInto("quality_junk"), field("stream", textType), field("attr", textType), field("shape", textType), field("cells", i64))
	fills := map[string]map[string]bool{}
	for i := range r.p.Streams {
		fills[r.p.Streams[i].ID()] = mapped(&r.p.Streams[i].Stream)
	}
	base := r.memory.base
	for _, no := range sortedStreamNos(base.Streams) {
		id := base.Streams[no]
		for i, a := range r.p.Dict.Attrs {
			q := &all[i][no]
			if q.records == 0 || q.filled == 0 && !fills[id][a.ID] {
				continue
			}
			sums.text(id).text(a.ID).i64(q.records).i64(q.filled).f32(share(q.filled, q.records)).i64(q.cells).i64(q.usable).f32(share(q.usable, q.cells))
			for _, s := range statuses {
				sums.i64(q.status[s])
			}
			if err := sums.end(ctx); err != nil {
				return err
			}
			for _, v := range byCount(q.reasons, func(a, b verdictKey) int {
				return cmp.Or(cmp.Compare(a.status, b.status), cmp.Compare(a.reason, b.reason))
			}) {
				if err := reasons.text(id).text(a.ID).text(v.status.String()).text(v.reason.String()).i64(q.reasons[v]).f32(share(q.reasons[v], q.cells)).end(ctx); err != nil {
					return err
				}
			}
			for k, shape := range byCount(q.junk, cmp.Compare[string]) {
				if k == maxJunkShapes {
					break
				}
				if err := junk.text(id).text(a.ID).text(shape).i64(q.junk[shape]).end(ctx); err != nil {
					return err
				}
			}
		}
	}
	for _, t := range []*table{sums, reasons, junk} {
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	return r.writeCodes(ctx)
}

// maxJunkShapes is how many kinds of junk are told per stream and attribute.
const maxJunkShapes = 20

func share(part, whole int64) float32 {
	if whole == 0 {
		return 0
	}
	return float32(float64(part) / float64(whole))
}

// byCount gives the keys of a count, the most frequent first.
func byCount[K comparable](n map[K]int64, less func(a, b K) int) []K {
	keys := make([]K, 0, len(n))
	for k := range n {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Or(cmp.Compare(n[b], n[a]), less(a, b)) })
	return keys
}

func sortedStreamNos(streams []string) []int {
	out := make([]int, len(streams))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(streams[a], streams[b]) })
	return out
}
