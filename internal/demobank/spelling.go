package demobank

// Spelling is one person's surname and given name as the systems of a bank may
// know them: Russian, Ukrainian, and in the Latin letters of each era.
type Spelling struct {
	Person string
	Name   string    // the same for all who share given name and family, whatever the sex of the form
	Ru, Uk [2]string // surname, given name
	Latin  [][2]string
}

// Spellings visits everybody who has a record in the bank that Generate would
// write.
func Spellings(opt Options, visit func(Spelling)) error {
	opt, err := opt.filled()
	if err != nil {
		return err
	}
	b := newBank(opt)
	for h := range b.households {
		for _, f := range b.footprints(b.household(h)) {
			if !f.seen() {
				continue
			}
			p := f.p
			s := Spelling{Person: p.id(), Name: p.fam.ru + " " + p.given.ru,
				Ru: [2]string{p.surnameRu(false), p.given.ru}, Uk: [2]string{p.surnameUk(false), p.given.uk}}
			schemes := []scheme{mvd1997, gost2006, icao2014}
			from := s.Ru
			if p.hh.country == 'U' {
				schemes, from = []scheme{kmu2010, ua2007}, s.Uk
			}
			for _, sc := range schemes {
				s.Latin = append(s.Latin, [2]string{latin(from[0], sc), latin(from[1], sc)})
			}
			visit(s)
		}
	}
	return nil
}
