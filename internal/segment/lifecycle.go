package segment

// The lifecycle states of the view lifecycle. A client begins as a visitor, a
// potential client or a client, in this order of weight; a client without a
// product left is former; a product taken again opens a new episode.
const (
	Visitor   = "visitor"   // seen on the site
	Potential = "potential" // spoke to the bank, or stands in one of its sources
	Client    = "client"    // holds a product
	Former    = "former"    // held one and holds none any more
)

// States lists the lifecycle states in their order.
func States() []string { return []string{Visitor, Potential, Client, Former} }

// Transition is an allowed step between states.
type Transition struct {
	From, To   string // From "" = first seen
	NewEpisode bool   // To opens the next episode
}

// Transitions is the guard table: the only steps that the view lifecycle may
// show. Tests hold every row of it against them.
func Transitions() []Transition {
	return []Transition{
		{"", Visitor, true}, {"", Potential, true}, {"", Client, true},
		{Visitor, Potential, false}, {Visitor, Client, false}, {Potential, Client, false},
		{Client, Former, false}, {Former, Client, true},
	}
}
