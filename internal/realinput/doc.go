// Package realinput holds tests only: they run the real program, as a person
// would from a shell, on input that the project did not make: bank tables,
// linkage benchmarks, call records, web archives, identifier vectors, a
// PostgreSQL server; and they hold the README and the --help texts to what the
// program does. Samples stand in ../shared/data beside the project; a test whose
// samples or server are absent skips and says so. Nothing here is linked into
// the program.
package realinput
