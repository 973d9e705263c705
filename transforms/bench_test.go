package transforms

import (
	"fmt"
	"testing"

	"clientbase/schemas"
)

// benchBatch is a batch of synthetic people with 15 attributes as a core
// banking extract spells them: mostly clean, with the usual dirt.
func benchBatch(rows int) *schemas.Batch {
	b := &schemas.Batch{Rows: rows, Stream: "core/clients", Region: "RU", AsOf: tablesAsOf, Chains: []string{""}, Fields: []string{""}, Format: []string{""},
		In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
	surnames := []string{"ИВАНОВ", "Петренко", "Shevchenko", "СИДОРОВА", "Коваленко", "Гончаров", "Белых", "Мельник"}
	given := []string{"ИВАН", "Олена", "Sergii", "МАРИЯ", "Андрій", "Николай", "Ольга", "Пётр"}
	father := []string{"Петрович", "Миколаївна", "Іванович", "СЕРГЕЕВНА", "Андреевич", "", "Олегівна", "Ильич"}
	value := map[string]func(i int) string{
		"full_name": func(i int) string { return surnames[i%8] + " " + given[i/8%8] + " " + father[i/64%8] },
		"gender":    func(i int) string { return []string{"м", "Ж", ""}[i%3] },
		"birth_date": func(i int) string {
			return fmt.Sprintf("%02d.%02d.%d", 1+i%28, 1+i/28%12, 1940+i%65)
		},
		"phone": func(i int) string {
			n := fmt.Sprintf("9%02d%07d", i%90+10, i*7919%8000000+1000000)
			return []string{"8" + n, "+7" + n, "8 (" + n[:3] + ") " + n[3:] + " доб. 12", "7" + n, n}[i%5]
		},
		"email": func(i int) string {
			return fmt.Sprintf("user%d@%s", i, []string{"mail.ru", "Yandex.ru", "gmail.com", "firma-ural.ru", "gmial.com"}[i%5])
		},
		"address": func(i int) string {
			return fmt.Sprintf("620014, г. Екатеринбург, ул. Малышева, д. %d, кв. %d", i%200+1, i%90+1)
		},
		"inn":          func(i int) string { return withCheck(innDigits(i)) },
		"snils":        func(i int) string { return snilsText(i) },
		"passport":     func(i int) string { return fmt.Sprintf("%02d %02d %06d", i%90+1, i%25, i%900000+1000) },
		"iban":         func(i int) string { return "UA213223130000026007233566001" },
		"rnokpp":       func(i int) string { return "1759013776" },
		"job_title":    func(i int) string { return "ведущий  инженер" },
		"employer":     func(i int) string { return "ООО Ромашка" },
		"segment_code": func(i int) string { return "retail" },
		"postcode":     func(i int) string { return "620014" },
	}
	for _, a := range schemas.Builtin().Attrs {
		f := value[a.ID]
		if f == nil {
			continue
		}
		col := &schemas.Cells{}
		no := uint16(len(b.Fields))
		b.Fields, b.Format = append(b.Fields, a.ID), append(b.Format, "")
		for i := range rows {
			if v := f(i); v != "" {
				col.Append(schemas.Cell{Value: v, Status: schemas.Raw, Field: no})
			}
			col.EndRow()
		}
		b.In[a.ID] = col
	}
	for range rows {
		b.Party = append(b.Party, schemas.Person)
	}
	return b
}

func innDigits(i int) string { return fmt.Sprintf("66%08d", i*7919%99999999) }

// withCheck appends the two check digits of a 12-digit INN.
func withCheck(ten string) string {
	for _, w := range [][]int{{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}, {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}} {
		ten += string(rune('0' + weighted([]byte(ten), w...)%11%10))
	}
	return ten
}

func snilsText(i int) string {
	nine := fmt.Sprintf("%09d", 100000000+i*7919%800000000)
	c := weighted([]byte(nine), 9, 8, 7, 6, 5, 4, 3, 2, 1) % 101 % 100
	return fmt.Sprintf("%s-%s-%s %02d", nine[:3], nine[3:6], nine[6:], c)
}

// Values are cleansed in memory that their batch owns: what is allocated for
// each of them is nearly nothing.
func TestCleansingAllocatesNearlyNothing(t *testing.T) {
	batch := benchBatch(2048)
	prof := NewProfile(schemas.Builtin())
	prof.Add(batch)
	model := prof.Model()
	values := 0
	for _, c := range batch.In {
		values += c.Len()
	}
	apply := func() {
		if err := Apply(batch, model); err != nil {
			t.Fatal(err)
		}
	}
	apply() // the columns take their size
	if got := testing.AllocsPerRun(3, apply) / float64(values); got > 0.1 {
		t.Errorf("%.2f allocations per value", got)
	}
}

func BenchmarkApply(b *testing.B) {
	const rows = 8192
	batch := benchBatch(rows)
	m := NewProfile(schemas.Builtin())
	m.Add(batch)
	model := m.Model()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if err := Apply(batch, model); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRule(b *testing.B) {
	const rows = 8192
	batch := benchBatch(rows)
	for _, r := range Rules() {
		if err := r.Apply(batch, nil); err != nil {
			b.Fatal(err)
		}
		b.Run(r.ID, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Apply(batch, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkPhone(b *testing.B) {
	for _, c := range []struct {
		name string
		of   func(i int) string
	}{
		{"common", func(i int) string {
			return fmt.Sprintf([]string{"8%s", "+7%s", "7%s"}[i%3], fmt.Sprintf("9%02d%07d", i%90+10, i*7919%8000000+1000000))
		}},
		{"spelled", func(i int) string {
			return fmt.Sprintf("8 (9%02d) %03d-%02d-%02d", i%90+10, i%800+100, i%90+10, i%89+10)
		}},
		{"dirty", func(i int) string {
			return fmt.Sprintf("тел. 8-9%02d-%03d-%02d-%02d доб. 12", i%90+10, i%800+100, i%90+10, i%89+10)
		}},
		{"library", func(i int) string { return fmt.Sprintf("+44 20 7946 %04d", i%10000) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			texts := make([]string, 4096)
			for i := range texts {
				texts[i] = c.of(i)
			}
			x := cell{region: "RU", asOf: tablesAsOf}
			var buf [4]Result
			b.ReportAllocs()
			b.ResetTimer()
			n := 0
			for b.Loop() {
				x.text = texts[n%len(texts)]
				phoneCell(&x, buf[:0])
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "phones/s")
		})
	}
}
