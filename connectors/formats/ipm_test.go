package formats

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

type ipmStep struct {
	row    Row
	values map[string]string // columns that are not null
	fields map[string]Field
	blank  []Span
}

// readIPM reads all steps, and the file with the blanks and the PAN fields overwritten.
func readIPM(t testing.TB, file []byte, o Options, blocked string) ([]ipmStep, Reader, error) {
	t.Helper()
	r, err := OpenIPM(Input{Name: "t.ipm", R: iotest.HalfReader(bytes.NewReader(file)), Size: int64(len(file))}, o, blocked)
	if err != nil {
		return nil, nil, err
	}
	var steps []ipmStep
	end := int64(0)
	for {
		row, err := r.Next()
		if err == io.EOF {
			if end != int64(len(file)) {
				t.Errorf("steps end at byte %d of %d", end, len(file))
			}
			return steps, r, nil
		}
		if err != nil {
			if _, again := r.Next(); again != err {
				t.Error("a refused reader must stay refused")
			}
			return steps, r, err
		}
		if row.Off != end || row.End < row.Off {
			t.Errorf("step of bytes [%d,%d) follows byte %d", row.Off, row.End, end)
		}
		end = row.End
		s := ipmStep{row: row, values: map[string]string{}, fields: map[string]Field{}, blank: append([]Span(nil), row.Blank...)}
		for i, f := range row.Fields {
			if !f.Null {
				s.values[r.Columns()[i]] = string(f.Value)
				s.fields[r.Columns()[i]] = f
			}
		}
		steps = append(steps, s)
	}
}

// built sends a file through the builder and gives its bytes as they would land.
func built(t testing.TB, file []byte, o Options, blocked string) (raw []byte, rows []map[string]string, bad []connectors.BadRow) {
	t.Helper()
	tape := NewTape(bytes.NewReader(file))
	r, err := OpenIPM(Input{Name: "t.ipm", R: tape, Size: int64(len(file))}, o, blocked)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBuilder(r, tape, nil, opaque.NewKey(make([]byte, 32)))
	for {
		out, _, err := b.Next(context.Background())
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, out.Raw...)
		bad = append(bad, out.Bad...)
		for i := range int(out.Rows.NumRows()) {
			row := map[string]string{}
			for c := range int(out.Rows.NumCols()) {
				if col := out.Rows.Column(c).(*array.String); col.IsValid(i) {
					row[out.Rows.ColumnName(c)] = col.Value(i)
				}
			}
			rows = append(rows, row)
		}
		out.Rows.Release()
	}
	if len(raw) != len(file) {
		t.Fatalf("%d bytes land of %d", len(raw), len(file))
	}
	return raw, rows, bad
}

func rowsOf(steps []ipmStep) (out []ipmStep) {
	for _, s := range steps {
		if !s.row.Gap {
			out = append(out, s)
		}
	}
	return out
}

func threePurchases() []wireMessage {
	return []wireMessage{wireHeader(), wirePurchase(0), wirePurchase(1), wirePurchase(2), wireTrailer(5, 1999+2000+2001)}
}

func TestIPMReadsEveryFraming(t *testing.T) {
	for _, enc := range []struct {
		name string
		text func(string) []byte
		page string
	}{{"cp500", ebcdic, "cp500"}, {"ascii", asASCII, "ascii"}} {
		for _, blocked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s blocked=%v", enc.name, blocked), func(t *testing.T) {
				file := wireFile(enc.text, threePurchases()...)
				if blocked {
					file = wireBlocks(file)
				}
				steps, r, err := readIPM(t, file, Options{Charset: "auto"}, "auto")
				if err != nil {
					t.Fatal(err)
				}
				rows := rowsOf(steps)
				if len(rows) != 3 {
					t.Fatalf("%d rows", len(rows))
				}
				want := map[string]string{"mti": "1240", "function_code": "200", "pan": testPAN, "amount": "000000002000", "amount_exponent": "2",
					"signed_amount": "-20.00", "currency": "978", "local_time": "2026-01-31 23:59:59", "mcc": "5411", "approval_code": "A1B2C3",
					"merchant_name": `CAFE "LUNA"`, "merchant_address": "MAIN ST 1", "merchant_city": "TALLINN", "merchant_postcode": "10111",
					"merchant_country": "EST", "icc_data": "9f2602ab4082025800", "file_id": testFileID, "message_number": "00000003",
					"pds": `{"0023":"CT6","0148":"9782","0158":"MCC1[2]!"}`}
				for c, v := range want {
					if got := rows[1].values[c]; got != v {
						t.Errorf("%s = %q, want %q", c, got, v)
					}
				}
				if _, there := rows[1].values["merchant_state"]; there {
					t.Error("an empty part of DE43 must be null")
				}
				f := rows[1].fields["pan"]
				if raw := bytes.ReplaceAll(file[f.Off:f.End], []byte{0x40, 0x40}, nil); !bytes.Equal(raw, enc.text(testPAN)) {
					t.Errorf("bytes [%d,%d) do not hold the PAN", f.Off, f.End)
				}
				if got := r.Info().AsOf.Format("2006-01-02"); got != "2026-01-31" {
					t.Errorf("as of %s", got)
				}
				if rows[2].row.Line != 4 {
					t.Errorf("third purchase is message %d", rows[2].row.Line)
				}
			})
		}
	}
}

func TestIPMColumnsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range IPMColumns() {
		if seen[c] {
			t.Errorf("%s twice", c)
		}
		seen[c] = true
	}
	for _, e := range ipmElements {
		if e.column != "" && !seen[e.column] {
			t.Errorf("DE%d has no column %s", e.de, e.column)
		}
	}
}

// A PAN may lie across the filler of a block; its bytes in the file must then
// be masked on both sides and the filler kept.
func TestIPMMasksPANAcrossBlocks(t *testing.T) {
	for shift := 0; shift < 40; shift++ {
		first := wirePurchase(0)
		first.de[72] = strings.Repeat("X", 960-len(first.encode(ebcdic))+shift)
		file := wireBlocks(wireFile(ebcdic, wireHeader(), first, wirePurchase(1), wireTrailer(4, 1999+2000)))
		raw, rows, _ := built(t, file, Options{}, "yes")
		plain := deblock(raw)
		if bytes.Contains(plain, ebcdic(testPAN)) {
			t.Fatalf("shift %d: a PAN is left", shift)
		}
		if n := bytes.Count(plain, ebcdic("510000******0016")); n != 2 {
			t.Fatalf("shift %d: %d masked PANs", shift, n)
		}
		if len(rows) != 2 || rows[0]["pan"] != "510000******0016" || len(rows[0]["pan#token"]) != 32 || rows[0]["pan#token"] != rows[1]["pan#token"] {
			t.Fatalf("%d rows", len(rows))
		}
	}
}

func TestIPMQuarantinesMessages(t *testing.T) {
	unknown := wirePurchase(1)
	unknown.de[8] = "12345678"
	badAmount := wirePurchase(1)
	badAmount.de[4] = "12345678901X"
	badPDS := wirePurchase(1)
	badPDS.de[48] = "0023009CT6"
	badPAN := wirePurchase(1)
	badPAN.de[2] = "51000000ABCD0016"
	long := wirePurchase(1)
	long.de[63] = "12345678901234567"
	for _, c := range []struct {
		m              wireMessage
		reason, detail string
	}{
		{unknown, "unknown_element", "DE8 "},
		{badAmount, "bad_number", "DE4 "},
		{badPDS, "bad_length", "PDS 0023 of DE48"},
		{badPAN, "bad_number", "DE2 "},
		{long, "bad_length", "DE63 declares 17"},
	} {
		file := wireFile(ebcdic, wireHeader(), wirePurchase(0), c.m, wirePurchase(2), wireTrailer(5, 1))
		steps, _, err := readIPM(t, file, Options{Charset: "cp500"}, "no")
		if err != nil {
			t.Errorf("%s: %v", c.reason, err)
			continue
		}
		rows := rowsOf(steps)
		if len(rows) != 3 || rows[1].row.Err == nil {
			t.Errorf("%s: the message was not set aside", c.detail)
			continue
		}
		if e := rows[1].row.Err; e.Reason != c.reason || !strings.Contains(e.Detail, c.detail) {
			t.Errorf("got %s: %s, want %s: %s", e.Reason, e.Detail, c.reason, c.detail)
		}
		raw, _, bad := built(t, file, Options{Charset: "cp500"}, "no")
		if len(bad) != 1 || bytes.Contains(bad[0].Raw, ebcdic(testPAN)) {
			t.Errorf("%s: a PAN is left in the bad row", c.detail)
		}
		if bytes.Contains(raw, ebcdic(testPAN)) {
			t.Errorf("%s: a PAN is left in the bytes", c.detail)
		}
	}
}

func TestIPMBlanksTracksPINAndChipCards(t *testing.T) {
	m := wirePurchase(0)
	m.de[35] = testPAN + "=30122010000012345678"
	m.de[45] = "B" + testPAN + "^DOE/JOHN^3012201"
	m.de[52] = "PINBLOCK"
	m.de[72] = "card 5100 0000 0000 0016 lost"
	m.de[62] = pds("0001", "C"+testPAN)
	m.icc = append([]byte{0x5A, 0x08, 0x51, 0, 0, 0, 0, 0, 0, 0x16, 0x57, 0x03, 0x51, 0x22, 0x33}, m.icc...)
	file := wireFile(ebcdic, wireHeader(), m, wireTrailer(3, 1999))
	steps, r, err := readIPM(t, file, Options{Charset: "cp500"}, "auto")
	if err != nil {
		t.Fatal(err)
	}
	row := rowsOf(steps)[0]
	raw, _, _ := built(t, file, Options{Charset: "cp500"}, "auto")
	text := CP500.Text(raw)
	if !strings.Contains(text, "16"+"510000******0016") {
		t.Error("DE2 does not keep its first six and last four in the bytes")
	}
	for _, secret := range []string{testPAN, "DOE", "PINBLOCK", "3012201", "0000 0000"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is left in the bytes", secret)
		}
	}
	if want := "card 5100 00** **** 0016 lost"; row.values["data_record"] != want {
		t.Errorf("data_record %q", row.values["data_record"])
	}
	if want := "5a085c5c5c5c5c5c5c5c57035c5c5c9f26"; !strings.HasPrefix(row.values["icc_data"], want) {
		t.Errorf("icc %s", row.values["icc_data"])
	}
	if !strings.Contains(row.values["pds"], `"0001":"C510000******0016"`) {
		t.Errorf("pds %s", row.values["pds"])
	}
	if notes := strings.Join(r.Info().Notes, "\n"); !strings.Contains(notes, "5 tracks, PIN blocks or chip") || !strings.Contains(notes, "2 card numbers outside DE2") {
		t.Errorf("notes: %s", notes)
	}
}

func TestIPMRefusesFiles(t *testing.T) {
	good := wireFile(ebcdic, threePurchases()...)
	blocks := wireBlocks(good)
	wrongFiller := bytes.Clone(blocks)
	wrongFiller[1012] = 0x41
	twoHeaders := wireFile(ebcdic, wireHeader(), wireHeader(), wireTrailer(3, 0))
	manyBlocks := wireBlocks(wireFile(ebcdic, append([]wireMessage{wireHeader()}, wirePurchase(1), wirePurchase(2), wirePurchase(3), wirePurchase(4), wireTrailer(6, 0))...))
	for name, c := range map[string]struct {
		file    []byte
		charset string
		blocked string
		want    string
	}{
		"empty":               {nil, "", "auto", "empty"},
		"text":                {[]byte("card;amount\n5100;1\n12345678901234567890"), "", "auto", "first length is"},
		"cut in message":      {good[:700], "", "no", "cut inside message"},
		"cut in length":       {good[:len(good)-2], "", "no", "inside the length of message 6"},
		"no trailer":          {wireFile(ebcdic, wireHeader(), wirePurchase(0)), "", "auto", "without the trailer"},
		"cut at border":       {good[:4+len(wireHeader().encode(ebcdic))], "", "no", "without the trailer"},
		"no end at all":       {wireFile(ebcdic, wirePurchase(0))[:4+len(wirePurchase(0).encode(ebcdic))], "", "no", "without the zero length"},
		"wrong count":         {wireFile(ebcdic, wireHeader(), wirePurchase(0), wireTrailer(4, 1999)), "", "auto", "counts 4 messages (PDS 0306), the file has 3"},
		"wrong charset":       {good, "ascii", "auto", "contract says ascii"},
		"unknown charset":     {good, "cp1047", "auto", "unknown charset"},
		"forced blocks":       {good, "", "yes", "1014"},
		"wrong filler":        {wrongFiller, "", "yes", "1014"},
		"cut block":           {manyBlocks[:len(manyBlocks)-100], "", "yes", "last block is cut"},
		"cut block, detected": {manyBlocks[:len(manyBlocks)-100], "", "auto", "last block is cut"},
		"two headers":         {twoHeaders, "", "auto", "second header"},
		"data after the end":  {append(bytes.Clone(good), "more"...), "", "auto", "data follows"},
		"too long": {append(append([]byte{}, good[:4+len(wireHeader().encode(ebcdic))]...), 0, 0, 0x1B, 0x58, 1, 2, 3), "", "no",
			"message 2 declares 7000 bytes"},
	} {
		_, _, err := readIPM(t, c.file, Options{Charset: c.charset}, c.blocked)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "byte ") {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
		if e, ok := errs.Of(err); !ok || e.Kind != errs.Integrity {
			t.Errorf("%s: not an integrity error", name)
		}
	}
}

// By hand: RDW 0000001E, MTI 1240, bitmap with DE3 and DE24 … in EBCDIC.
func TestIPMByteLevel(t *testing.T) {
	b, err := hex.DecodeString(strings.ReplaceAll(
		"0000001d f1f2f4f0 a0000100000000000000000000000000 f2f0f0f0f0f0 f2f0f0"+ // DE3, DE24
			"00000022 f1f6f4f4 80000100000000000000000000000002 f6f9f6 f0f0f8 c1c2c3404a4a4040"+ // DE24, DE127: 29→34
			"00000000", " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, 0x40, 0x40, 0x40)
	for page, brackets := range map[string]string{"cp500": "[[", "cp037": "¢¢"} {
		steps, r, err := readIPM(t, b, Options{Charset: page}, "auto")
		if err != nil {
			t.Fatal(err)
		}
		rows := rowsOf(steps)
		if len(rows) != 2 || rows[0].values["processing_code"] != "200000" || rows[0].values["function_code"] != "200" ||
			rows[1].values["network_data"] != "ABC "+brackets {
			t.Errorf("%v", rows)
		}
		if len(rows) == 2 && (rows[1].row.Off != 33 || rows[1].row.End != 33+4+34) {
			t.Errorf("second message at [%d,%d)", rows[1].row.Off, rows[1].row.End)
		}
		if !strings.Contains(strings.Join(r.Info().Notes, " "), "not checked") {
			t.Error("the missing trailer was not noted")
		}
	}
}

func TestSignedAmount(t *testing.T) {
	for _, c := range []struct {
		mti, proc, minor string
		exp              int
		rev              bool
		want             string
	}{
		{"1240", "000000", "000000001999", 2, false, "-19.99"},
		{"1240", "200000", "000000001999", 2, false, "19.99"},
		{"1240", "000000", "000000001999", 2, true, "19.99"},
		{"1240", "010000", "000000000005", 3, false, "-0.005"},
		{"1240", "000000", "000000000500", 0, false, "-500"},
		{"1240", "000000", "000000000000", 2, false, "0.00"},
		{"1240", "300000", "000000000100", 2, false, ""},
		{"1442", "000000", "000000000100", 2, false, ""},
	} {
		if got := signedAmount(c.mti, c.proc, c.minor, c.exp, c.rev); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func FuzzIPM(f *testing.F) {
	f.Add(wireFile(ebcdic, threePurchases()...), "auto")
	f.Add(wireBlocks(wireFile(asASCII, threePurchases()...)), "yes")
	f.Add([]byte{0, 0, 0, 20, 0xF1, 0xF2, 0xF4, 0xF0}, "no")
	f.Fuzz(func(t *testing.T, file []byte, blocked string) {
		steps, _, err := readIPM(t, file, Options{}, blocked)
		if err != nil && strings.Contains(err.Error(), testPAN) {
			t.Error("an error quotes the file")
		}
		for _, s := range steps {
			for _, b := range s.blank {
				if b.Lo < s.row.Off || b.Hi > s.row.End {
					t.Error("a blank lies outside its message")
				}
			}
			for _, fd := range s.fields {
				if fd.Off < s.row.Off || fd.End > s.row.End {
					t.Error("a field lies outside its message")
				}
			}
		}
	})
}

func BenchmarkIPM(b *testing.B) {
	ms := []wireMessage{wireHeader()}
	for i := 0; i < 2000; i++ {
		ms = append(ms, wirePurchase(i))
	}
	file := wireBlocks(wireFile(ebcdic, append(ms, wireTrailer(2002, 0))...))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		r, err := OpenIPM(Input{Name: "b", R: bytes.NewReader(file), Size: int64(len(file))}, Options{Charset: "cp500"}, "auto")
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = r.Next()
		}
		if err != io.EOF {
			b.Fatal(err)
		}
	}
}
