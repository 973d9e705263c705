package store

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/duckdb/duckdb-go/v2"
)

// What stands in a list, a structure or a map is as exact as what stands alone;
// numbers are written as people read them; what is before or after all time says so.
func TestNestedAndRareValuesAreExact(t *testing.T) {
	_, sn := published(t)
	const id = "'00112233-4455-6677-8899-aabbccddeeff'::UUID"
	for q, want := range map[string]string{
		"[1.50::DECIMAL(9,2), NULL]":            `[1.50,null]`,
		"[DATE '2024-02-29', 'infinity'::DATE]": `["2024-02-29","infinity"]`,
		"[" + id + "]":                          `["00112233-4455-6677-8899-aabbccddeeff"]`,
		"[[DATE '2024-02-29']]":                 `[["2024-02-29"]]`,
		"{'a \"b, (c': DATE '2024-02-29', 'n': {'m': 2.50::DECIMAL(9,2)}}":       `{"a \"b, (c":"2024-02-29","n":{"m":2.50}}`,
		"map {DATE '2024-02-29': [1.10::DECIMAL(9,2)], '-infinity'::DATE: NULL}": `{"-infinity":null,"2024-02-29":[1.10]}`,
		"map {'k': TIMESTAMP '2024-01-02 03:04:05'}":                             `{"k":"2024-01-02T03:04:05"}`,
		"INTERVAL '14 months 3 days -90 seconds'":                                "1 year 2 months 3 days -00:01:30",
		"INTERVAL '0 days'": "00:00:00",
		"INTERVAL '1 month' + INTERVAL '500 milliseconds'": "1 month 00:00:00.5",
		"'infinity'::DATE":       "infinity",
		"'-infinity'::TIMESTAMP": "-infinity",
		"1234567.5::DOUBLE":      "1234567.5",
		"-1e308::DOUBLE * 10":    "-inf",
		"'nan'::DOUBLE":          "nan",
		"0.1::FLOAT":             "0.1",
		"1e300::DOUBLE":          "1e+300",
		"123456789012345678901234567890123456789::HUGEINT": "123456789012345678901234567890123456789",
	} {
		var csv, js bytes.Buffer
		_, err := WriteCSV(&csv, query(t, sn, "SELECT "+q+" AS x, 1 AS y"))
		must(t, err)
		_, err = WriteJSON(&js, query(t, sn, "SELECT "+q+" AS x"))
		must(t, err)
		line := strings.TrimSuffix(strings.TrimPrefix(csv.String(), "x,y\n"), ",1\n")
		if line = strings.ReplaceAll(strings.Trim(line, `"`), `""`, `"`); line != want {
			t.Errorf("CSV of %s: %s, want %s", q, line, want)
		}
		if got := strings.ReplaceAll(js.String(), `"`, ""); got != "{x:"+strings.ReplaceAll(want, `"`, "")+"}\n" {
			t.Errorf("JSON of %s: %s", q, js.String())
		}
	}
	if got := intervalText(duckdb.Interval{Micros: -1 << 63}); !strings.HasPrefix(got, "-2562047788:00:54") {
		t.Errorf("the least interval: %s", got)
	}
}

// A row of one column that is NULL is a row for every reader, and ends that a
// reader would cut off are in quotes.
func TestNoRowOfACSVIsPassedOver(t *testing.T) {
	_, sn := published(t)
	var b bytes.Buffer
	_, err := WriteCSV(&b, query(t, sn, "SELECT x FROM (VALUES (1, 'a'), (2, NULL), (3, ''), (4, chr(9) || 'tab'), (5, 'end' || chr(13))) v(n, x) ORDER BY n"))
	must(t, err)
	if want := "x\na\n\"\"\n\"\"\n\"\ttab\"\n\"end\r\"\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// Every type of a result has a form in a Parquet file; what Parquet has no plain
// form for is text.
func TestParquetTakesEveryType(t *testing.T) {
	_, sn := published(t)
	path := filepath.Join(t.TempDir(), "odd.parquet")
	n, err := WriteParquetFile(path, query(t, sn, `SELECT [1.5] AS a, [[2]] AS b, {'m': 1.50::DECIMAL(9,2)} AS c, map {'k': 1.5} AS d, INTERVAL '1 month' AS e, 'infinity'::DATE AS f, TIME '10:11:12' AS g,
		18446744073709551615::UBIGINT AS h, '\xAA'::BLOB AS i, 1::UTINYINT AS j, TIMESTAMPTZ '2024-01-02 03:04:05+00' AS k, '101'::BIT AS l, 'a'::ENUM('a') AS m, NULL AS n, [DATE '2024-02-29'] AS o, TIMESTAMP_NS '2024-01-02 03:04:05.000000006' AS p, 'infinity'::TIMESTAMP AS q`), ParquetOptions{})
	if n != 1 || err != nil {
		t.Fatal(n, err)
	}
	r, err := sn.Reader(context.Background())
	must(t, err)
	back, err := r.Query(context.Background(), "SELECT * FROM read_parquet(?)", path)
	must(t, err)
	defer func() { _ = back.Close() }()
	var b bytes.Buffer
	_, err = WriteCSV(&b, back)
	must(t, err)
	for _, want := range []string{"[1.5],[[2]]", `"{""m"":1.50}","{""k"":1.5}",1 month,infinity,10:11:12,18446744073709551615,aa,1,`, ",101,a,,", `"[""2024-02-29""]",2024-01-02T03:04:05.000000006,infinity`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// No column of a result is lost for another one of its name.
func TestColumnsOfOneNameAreNumbered(t *testing.T) {
	got := strings.Join(distinctNames([]Column{{Name: "x"}, {Name: "X"}, {Name: "x_2"}, {Name: "x"}, {Name: "y"}}), " ")
	if got != "x X_3 x_2 x_4 y" && got != "x X_3 x_2 x_3 y" {
		t.Error(got)
	}
	_, sn := published(t)
	var b bytes.Buffer
	_, err := WriteJSON(&b, query(t, sn, "SELECT 1 AS x, 2 AS x"))
	must(t, err)
	if b.String() != `{"x":1,"x_2":2}`+"\n" {
		t.Error(b.String())
	}
}
