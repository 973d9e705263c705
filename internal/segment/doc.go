// Package segment is the marketer's rule: a small typed YAML with one meaning.
// It takes a segments/<id>.yaml to a checked tree (Parse, Link), the tree to
// parameterised SQL over the documented views of a snapshot (Compile), and
// says for one client which leaf decided and from which value (Why).
//
// The meaning, in short:
//
//   - A leaf is true, false or unknown. all, any and not follow Kleene's logic;
//     not of an unknown is unknown, so that "not X" never sweeps in people
//     about whom nothing is known. Only those for whom the whole rule is true
//     match; how many stay unknown is counted beside.
//   - unknown: on a leaf says otherwise: include lets the people in about whom
//     this leaf knows nothing (whether it stands under not or not), error
//     refuses to evaluate while such a leaf decides about anybody.
//   - One as-of day and zone hold for the whole evaluation. "3 months" are
//     calendar months, "31 days" are days; a window ends with the as-of day.
//   - Attributes are the golden values of the snapshot. What has dates of its
//     own (age, products, facts, lifecycle) is seen from the as-of day.
//   - No value ever enters the SQL text: names come from the dictionary, values
//     are parameters.
//
// The package opens nothing: it asks through Queryer.
package segment
