package store

import (
	"clientbase/schemas"
)

// Way says how the values of a published column came about.
type Way string

// Ways. Every documented column has one: a value without an origin is no value.
const (
	WayAttribute Way = "attribute" // a golden value: value lineage down to the cell (trace CLIENT)
	WayRecord    Way = "record"    // said of a source record: lineage of the record (trace --record)
	WayFact      Way = "fact"      // delivered with the fact: its batch and row (trace --fact)
	WayFormula   Way = "formula"   // computed from other columns by the formula given (trace CLIENT --derived)
	WayRun       Way = "run"       // made by a run: numbers, events, evidence, counts; see `runs show`
	WayProject   Way = "project"   // taken over from the project folder: dictionary, code lists
)

// ColumnOrigin says how a column came about. Formula and From are given where
// Way is WayFormula; a formula's number grows when it computes something else.
type ColumnOrigin struct {
	Way     Way      `json:"way"`
	Formula string   `json:"formula,omitempty"` // name@version
	Says    string   `json:"says,omitempty"`
	From    []string `json:"from,omitempty"` // tables and columns that it reads
}

// formulas are the computed columns; column "" = all columns of the table that
// are not named.
var formulas = map[string]map[string]ColumnOrigin{
	"clients": {
		"display_name": {Formula: "display_name@1", Says: "surname, given name and patronymic, else the full name; of a firm its name", From: []string{"clients.surname", "clients.given_name", "clients.patronymic", "clients.full_name", "clients.org_name"}},
		"n_records":    {Formula: "n_records@1", Says: "how many source records are the client", From: []string{"identities"}},
		"n_sources":    {Formula: "n_sources@1", Says: "how many sources those records come from", From: []string{"identities.stream"}},
		"since":        {Formula: "since@1", Says: "the earliest date from which a record of the client is true", From: []string{"identities.valid_from"}},
		"as_of":        {Formula: "as_of@1", Says: "the latest date from which one of its records is true", From: []string{"identities.valid_from"}},
	},
	"contact_points": {
		"holders": {Formula: "holders@1", Says: "how many clients hold the same contact point", From: []string{"refs"}},
		"rank":    {Formula: "rank@1", Says: "place among the client's points of the kind: validity, trust of the source, age", From: []string{"attribute_history"}},
	},
	"holdings": {"": {Formula: "holdings@1", Says: "products, accounts and cards whose references lead to one client; without a date: seen is the day of the delivery that tells of it", From: []string{"client_products", "client_accounts", "client_cards", "batches.as_of"}}},
	"lifecycle": {"": {Formula: "lifecycle@1", Says: "visitor from the first visit, potential from the first contact, consent or record, client while anything is held, former after; taking something again opens a new episode",
		From: []string{"holdings", "interactions", "client_consents", "identities.valid_from"}}},
	"household_links": {"": {Formula: "household_links@1", Says: "evidence that two clients live together or belong to one holding, against one person, neighbours and strangers", From: []string{"contact_points", "clients"}}},
	"households":      {"": {Formula: "households@1", Says: "clients each of whom is linked with each", From: []string{"household_links"}}},
	"quality_profile": {"": {Formula: "quality@1", Says: "counts of cleansed values of the records in force", From: []string{"identities"}}},
	"quality_reasons": {"": {Formula: "quality@1", Says: "counts of cleansed values by status and reason", From: []string{"identities"}}},
	"quality_junk":    {"": {Formula: "quality@1", Says: "counts of junk by shape", From: []string{"identities"}}},
}

// tableWays are the ways of the other columns of a table.
var tableWays = map[string]Way{"clients": WayAttribute, "contact_points": WayAttribute, "attribute_history": WayAttribute, "conflicts": WayRecord, "identities": WayRecord,
	"identity_events": WayRun, "retired_ids": WayRun, "match_edges": WayRun, "batches": WayRun, "streams": WayRun, "code_values": WayProject, "code_lists": WayProject}

// runMade are columns that a run numbers or names, in whatever table.
var runMade = map[string]bool{"client_no": true, "client_id": true, "household_no": true, "record_no": true, "batch_no": true, "fact_id": true, "token": true}

// Origin says how the values of a documented column came about; false = there
// is no such column.
func (s Spec) Origin(table, column string) (ColumnOrigin, bool) {
	if f, ok := formulas[table][column]; ok {
		f.Way = WayFormula
		return f, true
	}
	if runMade[column] {
		return ColumnOrigin{Way: WayRun}, true
	}
	if f, ok := formulas[table][""]; ok {
		f.Way = WayFormula
		return f, true
	}
	if w, ok := tableWays[table]; ok {
		if table == "clients" && column == "party" {
			w = WayRecord
		}
		return ColumnOrigin{Way: w}, true
	}
	for _, k := range s.Facts {
		if ViewName(k) != table && k.Name != table {
			continue
		}
		if column == "resolution" || column == "other_client_id" {
			return ColumnOrigin{Way: WayFormula, Formula: "resolution@1", Says: "the references are tried in order; the first that leads to exactly one client decides", From: refColumns(k)}, true
		}
		return ColumnOrigin{Way: WayFact}, true
	}
	return ColumnOrigin{}, false
}

// Origin is Spec.Origin under the dictionary of the snapshot.
func (sn *Snapshot) Origin(table, column string) (ColumnOrigin, bool) {
	return sn.info.Manifest.spec().Origin(table, column)
}

func refColumns(k schemas.FactKind) []string {
	var out []string
	for _, r := range k.Refs {
		out = append(out, ViewName(k)+"."+viewColumn(r))
	}
	return out
}
