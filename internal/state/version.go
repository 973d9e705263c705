package state

// Version is one content of one record.
type Version struct {
	Key     uint32
	Content uint64
}

// Versions is the set of all record versions.
func (b *Base) Versions() map[Version]bool {
	out := make(map[Version]bool, b.Rows())
	for row := range b.Key {
		out[Version{b.Key[row], b.Content[row]}] = true
	}
	return out
}

// VersionOf names a version; of an unknown key it is one that no record has.
func (b *Base) VersionOf(stream uint16, key string, content uint64) Version {
	id, _ := b.Keys.Find(KeyText(stream, key))
	return Version{id, content}
}
