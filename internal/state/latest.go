package state

// This file tells which version of a record is in force, and which was before.

// Latest finds the live version of a record.
func (b *Base) Latest(stream uint16, key string) (Row, bool) {
	id, ok := b.Keys.Find(KeyText(stream, key))
	if !ok || id == 0 {
		return None, false
	}
	return b.live(id)
}

// LiveOf finds the live version of the record that row r is a version of.
func (b *Base) LiveOf(r Row) (Row, bool) { return b.live(b.Key[r]) }

// live gives the live version under a key id.
func (b *Base) live(key uint32) (Row, bool) {
	if int(key) >= len(b.latest) || b.latest[key] == None {
		return None, false
	}
	return b.latest[key], true
}

// setLive notes the live version under a key id.
func (b *Base) setLive(key uint32, r Row) {
	for int(key) >= len(b.latest) {
		b.latest = append(b.latest, None)
	}
	b.latest[key] = r
}

// relive finds the live versions of all records.
func (b *Base) relive() {
	b.latest = make([]Row, b.Keys.Len())
	for key := range b.latest {
		b.latest[key] = None
	}
	for r, live := range b.Live {
		if live {
			b.latest[b.Key[r]] = Row(r)
		}
	}
	b.older = nil
}

// Withdraw ends a record on a day as if it had never been in force: no version
// of it is live. Restore takes that back.
func (b *Base) Withdraw(r Row, day int32) {
	b.Live[r], b.Closed[r] = false, day
	b.older = nil
	b.setLive(b.Key[r], None)
}

// Restore makes a withdrawn version live again.
func (b *Base) Restore(r Row) {
	b.Live[r], b.Closed[r] = true, 0
	b.older = nil
	b.setLive(b.Key[r], r)
}

// before finds the version of a record that stood directly before a sight which
// is no news; same tells that it had the same content. The list of versions is
// made when the first such sight comes, which most bases never see.
func (b *Base) before(id uint32, s Seen) (old Row, same bool) {
	if b.older == nil {
		b.older = map[uint32][]Row{}
		for r, live := range b.Live {
			if !live {
				b.older[b.Key[r]] = append(b.older[b.Key[r]], Row(r))
			}
		}
	}
	old = None
	for _, r := range b.older[id] {
		if newer(b.Order[r], b.AsOf[r], b.Content[r], s.Order, s.AsOf, s.Content) {
			continue
		}
		if old == None || newer(b.Order[r], b.AsOf[r], b.Content[r], b.Order[old], b.AsOf[old], b.Content[old]) {
			old = r
		}
	}
	return old, old != None && b.Content[old] == s.Content && b.Party[old] == uint8(s.Party)
}
