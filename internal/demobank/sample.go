package demobank

// Sample is one core record with the truth about its cells: what the writer
// meant, before spelling and dirt of form. It is for measuring rules in the
// process, without files and code pages.
type Sample struct {
	Stream, Key, Region string
	Org                 bool
	Cells               map[string][]string // raw cells by attribute, as the project maps them
	Meant               map[string][]string // surname, given_name, patronymic, gender (of the person), birth_date (ISO), phone (digits)
	Contradictions      []string            // as in truth/contradictions.csv
}

// Samples visits the core records of the bank that Generate would write, stream
// by stream. Dates of core/clients and core/orgs stand day first and in ISO
// form; those of core/clients_uk month first, which their column must prove.
func Samples(opt Options, visit func(Sample)) error {
	opt, err := opt.filled()
	if err != nil {
		return err
	}
	b := newBank(opt)
	for _, uk := range []bool{false, true} {
		for h := range b.households {
			for _, f := range b.footprints(b.household(h)) {
				for _, c := range f.core {
					if c.uk == uk {
						visit(b.sample(f.p, c))
					}
				}
			}
		}
	}
	for i := range b.orgs {
		visit(b.orgSample(b.org(i)))
	}
	return nil
}

func (b *bank) sample(p *person, c *coreRecord) Sample {
	s := Sample{Stream: c.stream(), Key: c.id, Region: "RU"}
	if c.uk {
		s.Region = "UA"
		r := b.clientRowUA(p, c, nil)
		s.Cells = cellsOf("full_name", r[1], "gender", map[string]string{"Ч": "m", "Ж": "f"}[r[2]], "birth_date", r[3], "rnokpp", r[4], "unzr", r[5],
			"passport", r[6], "address", r[7], "phone", r[8], "phone", r[9], "email", r[10], "opened_on", r[11])
	} else {
		r := b.clientRow(p, c, nil)
		s.Cells = cellsOf("surname", r[1], "given_name", r[2], "patronymic", r[3], "gender", map[string]string{"1": "m", "2": "f"}[r[4]], "birth_date", r[5],
			"inn", r[6], "snils", r[7], "passport", r[8], "address", r[9], "phone", r[10], "phone", r[11], "email", r[12], "opened_on", r[15])
	}
	m := p.said
	born := ""
	if m.bornKnown {
		born = m.born.iso()
	}
	s.Meant = cellsOf("surname", m.surname, "given_name", m.given, "patronymic", m.patronymic, "gender", string(p.sex), "birth_date", born)
	if m.initials {
		delete(s.Meant, "given_name")
		delete(s.Meant, "patronymic")
	}
	s.Meant["phone"] = m.phones
	s.Contradictions = m.contradictions()
	return s
}

func (b *bank) orgSample(o *org) Sample {
	r, m, _, _ := b.orgCells(o, 0)
	s := Sample{Stream: "core/orgs", Key: r[0], Region: "RU", Org: !o.trader, Contradictions: m.contradictions()}
	s.Cells = cellsOf("org_name", r[2], "full_name", r[3], "inn", r[4], "kpp", r[5], "ogrn", r[6], "edrpou", r[7], "phone", r[8], "email", r[9], "address", r[10], "opened_on", r[13])
	if o.trader {
		delete(s.Cells, "org_name")
		delete(s.Cells, "kpp")
		delete(s.Cells, "edrpou")
	}
	return s
}

// cellsOf collects name and value pairs that are not empty.
func cellsOf(pairs ...string) map[string][]string {
	out := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = append(out[pairs[i]], pairs[i+1])
		}
	}
	return out
}
