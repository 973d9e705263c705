package config

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"

	"go.yaml.in/yaml/v3"
)

// hashFiles is the configuration hash: SHA-256 over the files' names and
// normalised content. Comments, quotes, indentation, flow or block style and
// aliases do not count; order does, because the order of columns means
// something. Values of variables and secrets do not count: their names do. When
// a source is loaded, how old it may be, which purposes are known and who must
// approve does not count either: it changes no result, and a changed hash makes a run compute
// everything anew. Nor do versions of rules and code lists that a pin keeps out,
// or the reasons of those in force.
func hashFiles(files []*file) string {
	h := sha256.New()
	for _, f := range files {
		hashText(h, 'f', f.name)
		if f.root != nil {
			hashNode(h, inForce(f.name, withoutTimes(f.name, f.root)))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashNode(h hash.Hash, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		hashCount(h, 'm', len(n.Content))
	case yaml.SequenceNode:
		hashCount(h, 's', len(n.Content))
	default:
		mark := byte('t')
		if n.ShortTag() == "!!null" {
			mark = '0'
		}
		hashText(h, mark, n.Value)
	}
	for _, c := range n.Content {
		hashNode(h, c)
	}
}

func hashText(h hash.Hash, mark byte, text string) {
	hashCount(h, mark, len(text))
	_, _ = io.WriteString(h, text)
}

func hashCount(h hash.Hash, mark byte, n int) {
	var b [9]byte
	b[0] = mark
	binary.BigEndian.PutUint64(b[1:], uint64(n))
	_, _ = h.Write(b[:])
}
