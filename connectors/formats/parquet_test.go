package formats

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

func parquetFile(t *testing.T) []byte {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "born", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "sum", Type: &arrow.Decimal128Type{Precision: 18, Scale: 2}, Nullable: true}, {Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "note", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	b.Field(0).(*array.StringBuilder).AppendValues([]string{"Иван", ""}, []bool{true, false})
	b.Field(1).(*array.Date32Builder).AppendValues([]arrow.Date32{3711, 0}, []bool{true, false})
	b.Field(2).(*array.Decimal128Builder).AppendValues([]decimal128.Num{decimal128.FromI64(-1050), decimal128.FromI64(0)}, []bool{true, true})
	b.Field(3).(*array.Int64Builder).AppendValues([]int64{7, 9007199254740993}, nil)
	b.Field(4).(*array.StringBuilder).AppendValues([]string{"card 5100000000000016", ""}, nil)
	rec := b.NewRecordBatch()
	defer rec.Release()
	var out bytes.Buffer
	w, err := pqarrow.NewFileWriter(schema, &out, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rec); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestParquet(t *testing.T) {
	rows, _, err := table(t, OpenParquet, parquetFile(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"name=Иван born=1980-02-29 sum=-10.50 n=7 note=card 510000******0016", "sum=0.00 n=9007199254740993 note="}
	if strings.Join(rows, "|") != strings.Join(want, "|") {
		t.Errorf("got %q", rows)
	}
}

func TestParquetRefuses(t *testing.T) {
	good := parquetFile(t)
	for name, file := range map[string][]byte{"empty": nil, "short": []byte("PAR1"), "cut": good[:len(good)/2], "no footer": append([]byte("PAR1"), make([]byte, 64)...)} {
		if _, _, err := table(t, OpenParquet, file); err == nil || strings.Contains(err.Error(), "Иван") {
			t.Errorf("%s: %v", name, err)
		}
	}
	sealed := append([]byte("PARE"), make([]byte, 64)...)
	if f, ok := Guess(List(), "some.bin", sealed); !ok || f.Name != "parquet" {
		t.Errorf("an encrypted file is taken for %q", f.Name)
	}
	if _, _, err := table(t, OpenParquet, sealed); err == nil || !strings.Contains(err.Error(), "encrypted") {
		t.Errorf("encrypted: %v", err)
	}
	// A damaged middle must end in an error or in rows, never in a panic.
	for i := 4; i < len(good); i += 5 {
		bad := bytes.Clone(good)
		bad[i] ^= 0xFF
		_, _, _ = table(t, OpenParquet, bad)
	}
	if _, err := OpenParquet(Input{Name: "pipe", R: bytes.NewReader(good), Size: -1}, Options{}); err == nil {
		t.Error("a pipe was accepted")
	}
}

func TestParquetCensus(t *testing.T) {
	path := sharedData(t, "er", "pseudopeople", "decennial_census.parquet")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := table(t, OpenParquet, file)
	if err != nil || len(rows) != 33330 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if len(rows) > 0 && !strings.Contains(rows[0], "simulant_id=") {
		t.Error("no simulant_id")
	}
}
