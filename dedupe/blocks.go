package dedupe

import "clientbase/internal/errs"

// Blocks are the values of a model's blocking keys in many records. Kept from
// run to run, they tell the candidates of a few records without looking at the
// texts of all others. They hold under one model only.
type Blocks struct {
	Keys  []string   // names of the keys, as the plan has them
	Row   []uint32   // the caller's number of the record of each entry
	Count [][]uint8  // per key: how many values an entry has
	Val   [][]uint32 // per key: the values, entry by entry; hot ones are marked
}

// EachBlocks gives key by key the values of the model's blocking keys in all
// rows of the prepared table, as Blocks holds them.
func (p *Prepared) EachBlocks(md *Model, s Settings, f func(key string, count []uint8, val []uint32) error) error {
	if err := p.bind(md); err != nil {
		return err
	}
	from := p.blocks(s.workers())
	for _, k := range md.plan.keysInUse() {
		count, val := make([]uint8, p.m.t.Rows), []uint32(nil)
		for r := range count {
			for _, v := range from.keys[k].row(uint32(r)) { // none where no row has a value
				if v == 0 {
					break
				}
				val = append(val, v)
				count[r]++
			}
		}
		if err := f(md.plan.keys[k], count, val); err != nil {
			return err
		}
	}
	return nil
}

// Blocks gives all that EachBlocks gives; number holds the caller's number of
// each row.
func (p *Prepared) Blocks(md *Model, number []uint32, s Settings) (*Blocks, error) {
	out := &Blocks{Row: number}
	err := p.EachBlocks(md, s, func(key string, count []uint8, val []uint32) error {
		out.Keys, out.Count, out.Val = append(out.Keys, key), append(out.Count, count), append(out.Val, val)
		return nil
	})
	return out, err
}

// keysInUse lists the keys of any rule.
func (p *plan) keysInUse() (use []int) {
	for k := range p.keys {
		if p.used>>k&1 == 1 {
			use = append(use, k)
		}
	}
	return use
}

// Fit tells whether the blocks are those of a model and their lists whole.
func (b *Blocks) Fit(md *Model) error {
	use := md.plan.keysInUse()
	ok := len(b.Keys) == len(use) && len(b.Count) == len(use) && len(b.Val) == len(use)
	for i := 0; ok && i < len(use); i++ {
		sum := 0
		for _, n := range b.Count[i] {
			sum += int(n)
		}
		ok = b.Keys[i] == md.plan.keys[use[i]] && len(b.Count[i]) == len(b.Row) && len(b.Val[i]) == sum
	}
	if !ok {
		return errs.New(errs.Integrity, "read the blocks", "", "they are not those of the model", "rebuild: `clientbase run --from-landing`")
	}
	return nil
}
