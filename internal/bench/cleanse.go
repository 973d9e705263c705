package main

import (
	"fmt"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"clientbase/schemas"
	"clientbase/transforms"
)

// cleanseRows is how many records a batch of the pipeline holds.
const cleanseRows = 8192

// cleanse measures the rules alone, in memory: records of 15 attributes, and
// phones alone, on all cores for about the given time each.
func cleanse(every time.Duration) error {
	fmt.Println("## cleansing, in memory")
	fmt.Println()
	fmt.Println("| what | records/s | records per CPU second | allocations per value |")
	fmt.Println("|---|---:|---:|---:|")
	for _, c := range []struct {
		name string
		only string
	}{{"15 attributes", ""}, {"phones alone", "phone"}} {
		if err := cleanseOne(c.name, c.only, every); err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}

func cleanseOne(name, only string, every time.Duration) error {
	dict := schemas.Builtin()
	set := transforms.NewSet(dict)
	prof := transforms.NewProfile(dict)
	batches := make([]*schemas.Batch, runtime.NumCPU())
	values := 0
	for w := range batches {
		batches[w] = cleanseBatch(w*cleanseRows, only)
		prof.Add(batches[w])
	}
	for _, c := range batches[0].In {
		values += c.Len()
	}
	model := prof.Model()
	for _, b := range batches { // columns and caches take their size
		if err := set.Apply(b, model); err != nil {
			return err
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, cpuStart := time.Now(), userSeconds()
	rounds := make([]int, len(batches))
	var g errgroup.Group
	for w, b := range batches {
		g.Go(func() error {
			for time.Since(start) < every {
				if err := set.Apply(b, model); err != nil {
					return err
				}
				rounds[w]++
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	wall, busy := time.Since(start).Seconds(), userSeconds()-cpuStart
	runtime.ReadMemStats(&after)
	n := 0
	for _, r := range rounds {
		n += r
	}
	records := float64(n) * cleanseRows
	fmt.Printf("| %s | %.0f k | %.0f k | %.2f |\n", name, records/wall/1000, records/max(busy, 0.001)/1000,
		float64(after.Mallocs-before.Mallocs)/(float64(n)*float64(values)))
	return nil
}

func userSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()) / 1e9
}

// cleanseBatch is a batch of made-up people as a core banking extract spells
// them: mostly clean, with the usual dirt. only = "" takes all attributes.
func cleanseBatch(from int, only string) *schemas.Batch {
	b := &schemas.Batch{Rows: cleanseRows, Stream: "core/clients", Region: "RU", AsOf: 20758, Chains: []string{""}, Fields: []string{""}, Format: []string{""},
		In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
	for range cleanseRows {
		b.Party = append(b.Party, schemas.Person)
	}
	cells := personCells()
	for _, a := range schemas.Builtin().Attrs {
		of := cells[a.ID]
		if of == nil || only != "" && only != a.ID {
			continue
		}
		col, no := &schemas.Cells{}, uint16(len(b.Fields))
		b.Fields, b.Format = append(b.Fields, a.ID), append(b.Format, "")
		for i := range cleanseRows {
			if v := of(from + i); v != "" {
				col.Append(schemas.Cell{Value: v, Status: schemas.Raw, Field: no})
			}
			col.EndRow()
		}
		b.In[a.ID] = col
	}
	return b
}

// personCells makes the cell of a person by its number, for 15 attributes.
func personCells() map[string]func(i int) string {
	surnames := []string{"ИВАНОВ", "Петренко", "Shevchenko", "СИДОРОВА", "Коваленко", "Гончаров", "Белых", "Мельник", "Зайцева", "Кравчук", "Орлов"}
	given := []string{"ИВАН", "Олена", "Sergii", "МАРИЯ", "Андрій", "Николай", "Ольга", "Пётр", "Галина"}
	fathers := []string{"Петрович", "Миколаївна", "Іванович", "СЕРГЕЕВНА", "Андреевич", "", "Олегівна", "Ильич"}
	streets := []string{"ул. Малышева", "пр. Ленина", "улица 8 Марта", "наб. Рабочей Молодёжи", "Сиреневый бульвар", "ул Белинского", "пер. Банный"}
	mails := []string{"mail.ru", "Yandex.ru", "gmail.com", "firma-ural.ru", "gmial.com"}
	jobs := []string{"ведущий  инженер", "бухгалтер", "водитель", "МЕНЕДЖЕР"}
	pick := func(list []string, i int) string { return list[i%len(list)] }
	digits := func(i, n int) string { return fmt.Sprintf("%0*d", n, i) }
	return map[string]func(i int) string{
		"full_name":  func(i int) string { return pick(surnames, i) + " " + pick(given, i/7) + " " + pick(fathers, i/5) },
		"gender":     func(i int) string { return pick([]string{"м", "Ж", ""}, i) },
		"birth_date": func(i int) string { return fmt.Sprintf("%02d.%02d.%d", 1+i%28, 1+i/28%12, 1940+i%65) },
		"phone": func(i int) string {
			n := "9" + digits(i%90+10, 2) + digits(i*7919%8000000+1000000, 7)
			return pick([]string{"8" + n, "+7" + n, "8 (" + n[:3] + ") " + n[3:6] + "-" + n[6:8] + "-" + n[8:], "7" + n, n}, i)
		},
		"email": func(i int) string { return fmt.Sprintf("user%d@%s", i, pick(mails, i)) },
		"address": func(i int) string {
			return fmt.Sprintf("620014, г. Екатеринбург, %s, д. %d, кв. %d", pick(streets, i), i%200+1, i%90+1)
		},
		"postcode":  func(i int) string { return digits(620000+i%150, 6) },
		"inn":       func(i int) string { return checkedINN("66" + digits(i*7919%99999999, 8)) },
		"snils":     func(i int) string { return checkedSNILS(digits(100000000+i*7919%800000000, 9)) },
		"passport":  func(i int) string { return digits(i%90+1, 2) + " " + digits(i%25, 2) + " " + digits(i%900000+1000, 6) },
		"rnokpp":    func(int) string { return "1759013776" },
		"iban":      func(int) string { return "UA213223130000026007233566001" },
		"job_title": func(i int) string { return pick(jobs, i) },
		"employer": func(i int) string {
			return pick([]string{"ООО Ромашка", "завод", "школа № 5"}, i)
		},
		"segment_code": func(int) string { return "retail" },
	}
}

// checkedINN appends the two check digits of a person's INN.
func checkedINN(ten string) string {
	for _, w := range [][]int{{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}, {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}} {
		sum := 0
		for i, k := range w {
			sum += k * int(ten[i]-'0')
		}
		ten += string(rune('0' + sum%11%10))
	}
	return ten
}

// checkedSNILS writes a SNILS with its check number.
func checkedSNILS(nine string) string {
	sum := 0
	for i := range 9 {
		sum += (9 - i) * int(nine[i]-'0')
	}
	return fmt.Sprintf("%s-%s-%s %02d", nine[:3], nine[3:6], nine[6:], sum%101%100)
}
