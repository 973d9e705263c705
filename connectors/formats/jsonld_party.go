package formats

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ldOrganizations are the types of schema.org that are organisations.
var ldOrganizations = []string{"Organization", "LocalBusiness", "Corporation", "BankOrCreditUnion", "FinancialService", "AccountingService",
	"InsuranceAgency", "AutomatedTeller", "NGO", "GovernmentOrganization", "GovernmentOffice", "EducationalOrganization", "CollegeOrUniversity",
	"School", "MedicalOrganization", "MedicalBusiness", "MedicalClinic", "Hospital", "Dentist", "Physician", "Pharmacy", "NewsMediaOrganization",
	"PerformingGroup", "MusicGroup", "SportsOrganization", "SportsTeam", "Airline", "Consortium", "Cooperative", "Project", "ResearchOrganization",
	"OnlineBusiness", "OnlineStore", "Store", "AutoDealer", "AutoRepair", "AutomotiveBusiness", "ClothingStore", "ElectronicsStore", "FurnitureStore",
	"GroceryStore", "HardwareStore", "JewelryStore", "Restaurant", "CafeOrCoffeeShop", "BarOrPub", "Bakery", "FoodEstablishment", "FastFoodRestaurant",
	"Hotel", "LodgingBusiness", "TravelAgency", "RealEstateAgent", "LegalService", "Attorney", "Notary", "ProfessionalService", "HomeAndConstructionBusiness",
	"GeneralContractor", "Electrician", "Plumber", "EmploymentAgency", "EntertainmentBusiness", "HealthAndBeautyBusiness", "BeautySalon", "HairSalon",
	"SportsActivityLocation", "ExerciseGym", "ChildCare", "DryCleaningOrLaundry", "SelfStorage", "ShoppingCenter", "Library", "PoliticalParty", "WorkersUnion"}

// bareTerm takes the vocabulary off a term: "http://schema.org/Person",
// "https://schema.org/Person#x" apart, and "schema:Person" give "Person".
func bareTerm(s string) string {
	if i := strings.LastIndexAny(s, "/#:"); i >= 0 && strings.Contains(strings.ToLower(s[:i]), "schema") {
		return s[i+1:]
	}
	return s
}

// ldType gives the kind of party and the type's own word.
func ldType(n *ldNode) (kind, subtype string) {
	t, ok := n.get("@type")
	if !ok {
		if t, ok = n.get("type"); !ok {
			return "", ""
		}
	}
	words := []string{}
	for _, w := range ldTexts(t) {
		words = append(words, bareTerm(w))
	}
	for _, w := range words {
		switch {
		case w == "Person" || w == "Patient":
			return "Person", w
		case w == "BankAccount":
			return "BankAccount", w
		case slices.Contains(ldOrganizations, w):
			kind, subtype = "Organization", w
		}
		if kind != "" {
			break
		}
	}
	if len(words) > 0 && kind != "" {
		subtype = words[0]
	}
	return kind, subtype
}

// LDParties gives the parties of a page's scripts in the order of the text. A
// party that stands inside another one (an employer in a person) follows it. An
// object that is only a reference ({"@id": …}) is none. pageURL resolves @id and is
// the page column; fetched is the fetched_at column.
func LDParties(scripts []LDScript, pageURL, fetched string) []LDParty {
	f := ldFlattener{page: pageURL, fetched: fetched, byID: map[string]*ldNode{}}
	f.base, _ = url.Parse(pageURL)
	for i := range scripts {
		for j := range scripts[i].values {
			f.index(&scripts[i].values[j])
		}
	}
	for i := range scripts {
		f.script = &scripts[i]
		for j := range scripts[i].values {
			f.walk(&scripts[i].values[j])
		}
	}
	return f.out
}

type ldFlattener struct {
	page, fetched string
	base          *url.URL
	byID          map[string]*ldNode // objects with content, by @id
	script        *LDScript
	out           []LDParty
}

func (f *ldFlattener) index(n *ldNode) {
	if id, ok := n.get("@id"); ok && id.kind == ldString && len(n.keys) > 1 {
		if _, ok := f.byID[id.text]; !ok {
			f.byID[id.text] = n
		}
	}
	for i := range n.items {
		f.index(&n.items[i])
	}
}

func (f *ldFlattener) walk(n *ldNode) {
	if n.kind == ldObject {
		if kind, subtype := ldType(n); kind != "" {
			f.party(n, kind, subtype)
		}
	}
	for i := range n.items {
		f.walk(&n.items[i])
	}
}

// party flattens one object.
func (f *ldFlattener) party(n *ldNode, kind, subtype string) {
	columns := LDColumns()
	p := LDParty{Values: make([]string, len(columns)), Lo: f.script.Lo, Hi: f.script.Hi}
	if f.script.same {
		p.Lo, p.Hi = f.script.Lo+n.lo, f.script.Lo+n.hi
	}
	set := func(column, value string) { p.Values[slices.Index(columns, column)] = value }
	found := false
	take := func(column string, nodes ...*ldNode) {
		var all []string
		for _, v := range nodes {
			for _, t := range ldTexts(v) {
				if t = strings.TrimSpace(t); t != "" && !slices.Contains(all, t) {
					all = append(all, t)
				}
			}
		}
		if len(all) > 0 {
			set(column, strings.Join(all, "; "))
			found = true
		}
	}
	for _, c := range []struct{ column, key string }{
		{"name", "name"}, {"given_name", "givenName"}, {"additional_name", "additionalName"}, {"family_name", "familyName"},
		{"legal_name", "legalName"}, {"alternate_name", "alternateName"}, {"tax_id", "taxID"}, {"vat_id", "vatID"},
		{"job_title", "jobTitle"}, {"birth_date", "birthDate"}, {"same_as", "sameAs"}, {"url", "url"},
	} {
		if v, ok := n.get(c.key); ok {
			take(c.column, v)
		}
	}
	take("telephone", f.contacts(n, "telephone")...)
	take("email", f.contacts(n, "email")...)
	e := slices.Index(columns, "email")
	p.Values[e] = strings.ReplaceAll(strings.ReplaceAll(p.Values[e], "mailto:", ""), "MAILTO:", "")
	if v, ok := n.get("gender"); ok {
		take("gender", v)
		g := slices.Index(columns, "gender")
		p.Values[g] = bareTerm(p.Values[g])
	}
	for _, key := range []string{"identifier", "accountId"} {
		if v, ok := n.get(key); ok && p.Values[slices.Index(columns, "identifier")] == "" {
			take("identifier", f.follow(v, "value")...)
		}
	}
	for _, key := range []string{"worksFor", "affiliation", "provider"} {
		if v, ok := n.get(key); ok && p.Values[slices.Index(columns, "works_for")] == "" {
			take("works_for", f.follow(v, "name")...)
		}
	}
	f.address(n, take)
	if !found {
		return
	}
	set("type", kind)
	set("subtype", subtype)
	set("id", f.identity(n))
	set("page", f.page)
	set("fetched_at", f.fetched)
	set("repairs", strings.Join(f.script.Repairs, "; "))
	f.out = append(f.out, p)
}

// identity gives a stable name of the party within its page.
func (f *ldFlattener) identity(n *ldNode) string {
	if id, ok := n.get("@id"); ok && id.kind == ldString && id.text != "" {
		if u, err := url.Parse(id.text); err == nil && f.base != nil && !strings.HasPrefix(id.text, "_:") {
			return f.base.ResolveReference(u).String()
		}
		return f.page + "#" + id.text
	}
	return f.page + "#party-" + strconv.Itoa(len(f.out)+1)
}

// contacts gives the values of a key, of the object and of its contact points.
func (f *ldFlattener) contacts(n *ldNode, key string) []*ldNode {
	var out []*ldNode
	if v, ok := n.get(key); ok {
		out = append(out, v)
	}
	if cp, ok := n.get("contactPoint"); ok {
		for _, c := range f.objects(cp) {
			if v, ok := c.get(key); ok {
				out = append(out, v)
			}
		}
	}
	return out
}

// objects gives the objects of a value: itself or its elements, with
// references to other objects of the page followed.
func (f *ldFlattener) objects(n *ldNode) []*ldNode {
	switch n.kind {
	case ldArray:
		var out []*ldNode
		for i := range n.items {
			if n.items[i].kind == ldObject {
				out = append(out, f.target(&n.items[i]))
			}
		}
		return out
	case ldObject:
		return []*ldNode{f.target(n)}
	}
	return nil
}

// target follows {"@id": …} to the object that it names.
func (f *ldFlattener) target(n *ldNode) *ldNode {
	if id, ok := n.get("@id"); ok && len(n.keys) == 1 {
		if t, ok := f.byID[id.text]; ok {
			return t
		}
	}
	return n
}

// follow gives texts as they stand and, of objects, the value of key.
func (f *ldFlattener) follow(n *ldNode, key string) []*ldNode {
	if n.kind == ldString {
		return []*ldNode{n}
	}
	var out []*ldNode
	for _, o := range f.objects(n) {
		if v, ok := o.get(key); ok {
			out = append(out, v)
		}
	}
	if n.kind == ldArray {
		for i := range n.items {
			if n.items[i].kind == ldString {
				out = append(out, &n.items[i])
			}
		}
	}
	return out
}

// address flattens the address of a party.
func (f *ldFlattener) address(n *ldNode, take func(string, ...*ldNode)) {
	a, ok := n.get("address")
	if !ok {
		if l, there := n.get("location"); there {
			for _, o := range f.objects(l) {
				if a, ok = o.get("address"); ok {
					break
				}
			}
		}
		if !ok {
			return
		}
	}
	take("address", a)
	for _, c := range []struct{ column, key string }{{"street", "streetAddress"}, {"locality", "addressLocality"}, {"region", "addressRegion"},
		{"postcode", "postalCode"}, {"country", "addressCountry"}} {
		var nodes []*ldNode
		for _, o := range f.objects(a) {
			if v, ok := o.get(c.key); ok {
				nodes = append(nodes, f.follow(v, "name")...)
				if v.kind == ldNumber {
					nodes = append(nodes, v)
				}
			}
		}
		take(c.column, nodes...)
	}
}

// ldTexts gives the texts of a value: a string or number, the elements of an
// array, the @value of a value object.
func ldTexts(n *ldNode) []string {
	switch n.kind {
	case ldString, ldNumber:
		return []string{n.text}
	case ldArray:
		var out []string
		for i := range n.items {
			out = append(out, ldTexts(&n.items[i])...)
		}
		return out
	case ldObject:
		if v, ok := n.get("@value"); ok {
			return ldTexts(v)
		}
	}
	return nil
}
