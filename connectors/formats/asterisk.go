package formats

import (
	"bytes"
	"strings"
)

// CDRColumns are the columns of Asterisk's Master.csv (cdr_csv), which has no
// header; the last two are there when the module is told to write them.
var cdrColumns = [...]string{"accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
	"start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield"}

// AsteriskCDR reads Asterisk call records: 16 or 18 columns, and two more that
// are taken out of clid (`"Name" <number>`): clid_name and clid_number.
type AsteriskCDR struct {
	*Delimited
	cols   []string
	fields []Field
}

// NewAsteriskCDR opens a Master.csv. The number of columns is that of the
// first row: 16 without uniqueid and userfield, else 18.
func NewAsteriskCDR(in Input, o Options) (*AsteriskCDR, error) {
	sample, src, err := head(in.R, GuessBytes)
	if err != nil {
		return nil, err
	}
	in.R = src
	n := len(cdrColumns)
	if rows := sniffRows(sample, ',', '"', '\n'); len(rows) > 0 && len(rows[0]) == 16 {
		n = 16
	}
	d := Dialect{Delimiter: ',', Quote: '"', Columns: cdrColumns[:n], MaxLine: o.maxLine()}
	if cs, ok := charsetOf(o.Charset); ok {
		d.Charset = cs
	}
	rd, err := NewDelimited(in, d)
	if err != nil {
		return nil, err
	}
	cols := append(append([]string(nil), cdrColumns[:n]...), "clid_name", "clid_number")
	return &AsteriskCDR{Delimited: rd, cols: cols}, nil
}

// Columns names the columns of the file and the two of clid.
func (a *AsteriskCDR) Columns() []string { return a.cols }

// Next gives the next call.
func (a *AsteriskCDR) Next() (Row, error) {
	row, err := a.Delimited.Next()
	if err != nil || row.Gap || row.Err != nil {
		return row, err
	}
	clid := row.Fields[4]
	name, number := splitCLID(clid.Value)
	a.fields = append(a.fields[:0], row.Fields...)
	a.fields = append(a.fields,
		Field{Value: name, Null: name == nil, Off: clid.Off, End: clid.End},
		Field{Value: number, Null: number == nil, Off: clid.Off, End: clid.End})
	row.Fields = a.fields
	return row, nil
}

// splitCLID reads `"Name" <number>`, `<number>` and a bare name or number.
func splitCLID(v []byte) (name, number []byte) {
	v = bytes.TrimSpace(v)
	if i := bytes.LastIndexByte(v, '<'); i >= 0 && bytes.HasSuffix(v, []byte(">")) {
		number = bytes.TrimSpace(v[i+1 : len(v)-1])
		v = bytes.TrimSpace(v[:i])
	} else if numeric(string(v)) {
		return nil, v
	}
	v = bytes.TrimSpace(bytes.Trim(v, `"`))
	if len(v) == 0 {
		v = nil
	}
	if len(number) == 0 {
		number = nil
	}
	return v, number
}

func asteriskFormat() Format {
	return Format{
		Name: "asterisk_cdr",
		Doc:  "Asterisk call records (Master.csv)",
		Guess: func(_ string, head []byte) int {
			i := bytes.IndexByte(head, '\n')
			if i < 0 {
				i = len(head)
			}
			rows := sniffRows(head[:i], ',', '"', '\n')
			if len(rows) != 1 {
				return 0
			}
			if rows[0] == nil { // a first row cut inside a quote still shows its disposition
				for _, d := range dispositions {
					if bytes.Contains(head[:i], []byte(`,"`+d+`",`)) && bytes.Count(head[:i], []byte{','}) >= 15 {
						return 85
					}
				}
				return 0
			}
			if len(rows[0]) != 16 && len(rows[0]) != 18 {
				return 0
			}
			for _, d := range dispositions {
				if strings.EqualFold(rows[0][14], d) {
					return 95
				}
			}
			return 0
		},
		Open: func(in Input, o Options) (Reader, error) { return NewAsteriskCDR(in, o) },
	}
}

var dispositions = [...]string{"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}
