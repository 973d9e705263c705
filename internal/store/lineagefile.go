package store

import (
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
)

// Lineage is read at one place: the values of a client, the versions of a few
// records. A reader goes through the index of row groups, then unpacks what it
// cannot skip, so groups are neither many nor large.
//
//   - values: of one client a group of 122,880 rows, cut into pages of 64 kB of
//     which the reader leaves out those without the client. In order of clients,
//     so their numbers are told by differences; days of one record repeat, which
//     the compression sees better without a dictionary.
//   - records: of one record a group of 16,384 rows. Numbers and places run on, so
//     they are told by differences, keys by what they share with the one before.
//     Commitments look like chance: no dictionary.
const (
	lineagePage  = 1 << 16
	recordsGroup = 1 << 14
)

// CreateLineage makes a lineage file of a kind, LineageValues or LineageRecords,
// with the schema of that kind.
func CreateLineage(path, what string) (*ParquetFile, error) {
	schema := ValueSchema()
	props := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Zstd), parquet.WithStats(true)}
	if what == LineageRecords {
		schema = RecordSchema()
		props = append(props, parquet.WithMaxRowGroupLength(recordsGroup), parquet.WithDictionaryFor("commitment", false))
		props = append(props, encoded(parquet.Encodings.DeltaBinaryPacked, "record_no", "version", "first_batch", "first_row", "last_batch", "last_row")...)
		props = append(props, encoded(parquet.Encodings.DeltaByteArray, "key")...)
	} else {
		props = append(props, parquet.WithDataPageSize(lineagePage), parquet.WithDictionaryFor("valid_from", false))
		props = append(props, encoded(parquet.Encodings.DeltaBinaryPacked, "client_no")...)
	}
	if uncompressed {
		props = []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Uncompressed)}
	}
	p, err := newParquet(path, schema, props...)
	return p, wrap("write", "lineage", err)
}

// encoded are columns in another encoding than a dictionary.
func encoded(as parquet.Encoding, names ...string) (out []parquet.WriterProperty) {
	for _, n := range names {
		out = append(out, parquet.WithDictionaryFor(n, false), parquet.WithEncodingFor(n, as))
	}
	return out
}
