package config

import (
	"clientbase/schemas"
)

// pendingRef is a record reference to be checked when all streams are known.
type pendingRef struct {
	n  node
	in string // the stream that holds it
	op schemas.Operand
}

// checkReferences reports record references that can never be found: to a
// stream that does not exist, makes no party, or has a key of another width.
func (d *sourceDecoder) checkReferences() {
	var ids []string
	for _, s := range d.p.Streams() {
		ids = append(ids, s.ID())
	}
	for _, ref := range d.refs {
		n, of := ref.n, ref.op.Of
		if of == "" {
			of = ref.in
		} else if n.isMap() {
			n = n.child("of")
		}
		target, ok := d.p.Stream(of)
		if !ok {
			n.fault(suggest(of, ids), "unknown stream %s", of)
			continue
		}
		if len(target.Parties) == 0 {
			n.fault("name the stream whose rows are parties: of: source/stream", "stream %s has no party to refer to", of)
			continue
		}
		key := target.Key
		for _, p := range target.Parties {
			if p.Role == "" && len(p.Key) > 0 {
				key = p.Key
			}
		}
		width := max(len(ref.op.Columns), 1)
		if len(key) > 0 && width != len(key) {
			n.fault("give as many columns, in the order of the key", "the key of %s has %d columns, %d given", of, len(key), width)
		}
	}
}

// child is the place of a key of a map, or the map itself.
func (n node) child(name string) node {
	for i := 0; i+1 < len(n.y.Content); i += 2 {
		if n.y.Content[i].Value == name {
			return n.at(name, n.y.Content[i+1])
		}
	}
	return n
}
