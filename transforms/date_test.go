package transforms

import (
	"testing"

	"clientbase/schemas"
)

func TestDate(t *testing.T) {
	asOf, _ := dayOf(2026, 11, 1)
	for _, c := range []struct{ in, out, status, reason string }{
		{"1980-04-01", "1980-04-01", "ok", "unchanged"},
		{"01.04.1980", "1980-04-01", "ok", "normalised"},
		{"1.4.1980", "1980-04-01", "ok", "normalised"},
		{"19800401", "1980-04-01", "ok", "normalised"},
		{"01041980", "1980-04-01", "ok", "normalised"},
		{"1980/04/01", "1980-04-01", "ok", "normalised"},
		{"1980-04-01T00:00:00", "1980-04-01", "ok", "normalised"},
		{"01.04.1980 0:00:00", "1980-04-01", "ok", "normalised"},
		{"13/04/1980", "1980-04-13", "ok", "normalised"},
		{"04/13/1980", "1980-04-13", "ok", "normalised"},
		{"05/05/1980", "1980-05-05", "ok", "normalised"},
		{"03/04/1980", "", "ambiguous", "order_unknown"},
		{"03-04-1980", "", "ambiguous", "order_unknown"},
		{"13/04/80", "1980-04-13", "assumed", "two_digit_year"},
		{"13/04/25", "2025-04-13", "assumed", "two_digit_year"},
		{"13/04/27", "1927-04-13", "assumed", "two_digit_year"},
		{"4/13/1980 12:00:00 AM", "1980-04-13", "ok", "normalised"},
		{"4/3/1980 12:00:00 AM", "1980-04-03", "assumed", "order_unknown"},
		{"931107 00:00:00", "1993-11-07", "assumed", "two_digit_year"},
		{"1 апреля 1980 г.", "1980-04-01", "ok", "month_name"},
		{"1 квітня 1980 р.", "1980-04-01", "ok", "month_name"},
		{"12 серпня 1980 року", "1980-08-12", "ok", "month_name"},
		{"31 ДЕКАБРЯ 1999", "1999-12-31", "ok", "month_name"},
		{"Apr 1, 1980", "1980-04-01", "ok", "month_name"},
		{"01.IV.1980", "1980-04-01", "ok", "month_name"},
		{"29221", "1980-01-01", "assumed", "spreadsheet_serial"},
		{"29221.0", "1980-01-01", "assumed", "spreadsheet_serial"},
		{"323395200", "1980-04-01", "assumed", "spreadsheet_serial"},
		{"323395200000", "1980-04-01", "assumed", "spreadsheet_serial"},
		{"198004011230", "1980-04-01", "ok", "normalised"},
		{"«1» апреля 1980 года", "1980-04-01", "ok", "month_name"},
		{"дата рождения: 01.04.1980", "1980-04-01", "ok", "normalised"},
		{"O1.О4.198O", "1980-04-01", "corrected", "look_alike_digit"},
		{"Tue Apr  1 00:00:00 MSK 1980", "1980-04-01", "ok", "month_name"},
		{"99.99.9999", "", "junk", "placeholder"},
		{"1700000000000", "2023-11-14", "assumed", "spreadsheet_serial"},
		{"2.9221E+4", "", "invalid", "spreadsheet_damage"},
		{"31.02.1980", "", "invalid", "impossible_date"},
		{"29.02.1900", "", "invalid", "impossible_date"},
		{"29.02.2000", "2000-02-29", "ok", "normalised"},
		{"32.01.1980", "", "invalid", "impossible_date"},
		{"13.13.1980", "", "invalid", "impossible_date"},
		{"01.01.1900", "", "junk", "placeholder"},
		{"30.12.1899", "", "junk", "placeholder"},
		{"31.12.1899", "", "junk", "placeholder"},
		{"01.01.1970", "", "junk", "placeholder"},
		{"31.12.9999", "", "junk", "placeholder"},
		{"01.01.0001", "", "junk", "placeholder"},
		{"01.01.1753", "", "junk", "placeholder"},
		{"11.11.1111", "", "junk", "placeholder"},
		{"00.00.0000", "", "junk", "placeholder"},
		{"0", "", "junk", "placeholder"},
		{"не указано", "", "junk", "junk_word"},
		{"1980", "", "ambiguous", "partly_parsed"},
		{"апрель 1980", "", "ambiguous", "partly_parsed"},
		{"вчера", "", "invalid", "bad_format"},
		{"", "", "empty", ""},
	} {
		r := Date(c.in, asOf)
		if r.Out != c.out || r.Status.String() != c.status || r.Reason.String() != c.reason {
			t.Errorf("%q: %s %s/%s, want %s %s/%s", c.in, r.Out, r.Status, r.Reason, c.out, c.status, c.reason)
		}
	}
}

// column cleanses cells of one date column and gives the values and statuses.
func dateColumnOf(attr, format string, asOf int32, cells ...string) (out []schemas.Cell) {
	b := batchOf(attr, cells...)
	b.Format, b.AsOf = []string{"", format}, asOf
	if err := Apply(b, nil); err != nil {
		panic(err)
	}
	for i := range cells {
		if row := b.Out[attr].Row(i); len(row) > 0 {
			out = append(out, row[0])
		} else {
			out = append(out, schemas.Cell{})
		}
	}
	return out
}

func batchOf(attr string, cells ...string) *schemas.Batch {
	col := &schemas.Cells{}
	b := &schemas.Batch{Rows: len(cells), Stream: "s/t", Region: "RU", AsOf: tablesAsOf, Fields: []string{"", "F"}, Format: []string{"", ""}, Chains: []string{""},
		In: map[string]*schemas.Cells{attr: col}, Out: map[string]*schemas.Cells{}}
	for _, v := range cells {
		if v != "" {
			col.Append(schemas.Cell{Value: v, Status: schemas.Raw, Field: 1})
		}
		col.EndRow()
		b.Party = append(b.Party, schemas.Person)
	}
	return b
}

func TestDateOrderByColumn(t *testing.T) {
	got := dateColumnOf("birth_date", "", tablesAsOf, "03/04/1980", "25/12/1981")
	if got[0].Value != "1980-04-03" || got[0].Reason != schemas.OrderByColumn {
		t.Errorf("one day over 12 fixes the order: %+v", got[0])
	}
	got = dateColumnOf("birth_date", "", tablesAsOf, "03/04/1980", "12/25/1981")
	if got[0].Value != "1980-03-04" || got[0].Reason != schemas.OrderByColumn {
		t.Errorf("a second part over 12 fixes the other order: %+v", got[0])
	}
	got = dateColumnOf("birth_date", "", tablesAsOf, "03/04/1980", "12/25/1981", "25/12/1981")
	if got[0].Status != schemas.Conflict || got[0].Value != "" || got[1].Value != "1981-12-25" {
		t.Errorf("both orders seen is a conflict, not a guess: %+v", got)
	}
	got = dateColumnOf("birth_date", "", tablesAsOf, "03/04/1980", "12/25/1981", "25.12.1981", "03.04.1980")
	if got[0].Value != "1980-03-04" || got[3].Value != "1980-04-03" {
		t.Errorf("dots and slashes of two systems have an order each: %+v", got)
	}
	got = dateColumnOf("birth_date", "", tablesAsOf, "03/04/1980", "25.12.1981")
	if got[0].Value != "1980-04-03" {
		t.Errorf("dots alone tell for the rest of the column: %+v", got)
	}
	got = dateColumnOf("birth_date", "mdy", tablesAsOf, "03/04/1980", "03.04.1980", "1980-04-03", "25/12/1981")
	if got[0].Value != "1980-03-04" || got[1].Value != "1980-03-04" || got[2].Value != "1980-04-03" || got[3].Status != schemas.Invalid {
		t.Errorf("the declared order wins: %+v", got)
	}
	got = dateColumnOf("birth_date", "02-Jan-06", tablesAsOf, "03-Apr-45", "zz")
	if got[0].Value != "1945-04-03" || got[1].Status != schemas.Invalid {
		t.Errorf("a Go layout with a birth year of two digits: %+v", got)
	}
	old, _ := dayOf(1999, 1, 1)
	got = dateColumnOf("birth_date", "yymmdd", old, "450403", "990101", "990102")
	if got[0].Value != "1945-04-03" || got[1].Value != "1999-01-01" || got[2].Value != "1899-01-02" {
		t.Errorf("two-digit years are measured to the business date: %+v", got)
	}
	got = dateColumnOf("birth_date", "", tablesAsOf, "01.12.2026", "01.11.1905", "01.11.1914")
	if got[0].Reason != schemas.YearInFuture || got[1].Reason != schemas.OutOfRange || got[2].Status != schemas.Assumed {
		t.Errorf("births in the future, over 120 and over 110 years ago: %+v", got)
	}
}

func TestBirthNumber(t *testing.T) {
	asOf, _ := dayOf(1999, 1, 1)
	got := dateColumnOf("birth_date", "birth_number", asOf, "706213", "450204", "116230", "996213", "1970-12-13")
	want := []string{"1970-12-13", "1945-02-04", "1911-12-30", "", "1970-12-13"}
	for i, w := range want {
		if got[i].Value != w {
			t.Errorf("birth number %d: %q, want %q (%s)", i, got[i].Value, w, got[i].Status)
		}
	}
	sex := dateColumnOf("gender", "birth_number", asOf, "706213", "450204")
	if sex[0].Value != "f" || sex[1].Value != "m" {
		t.Errorf("sex of birth numbers: %+v", sex)
	}
}

func TestDay(t *testing.T) {
	for day := int32(-200000); day < 200000; day += 17 {
		y, m, d := dateOf(day)
		if back, ok := dayOf(y, m, d); !ok || back != day {
			t.Fatalf("day %d is %d-%d-%d is %d", day, y, m, d, back)
		}
	}
	if d, _ := dayOf(1970, 1, 1); d != 0 {
		t.Errorf("1970-01-01 is day %d", d)
	}
}
