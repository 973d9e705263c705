// Package config reads a project folder: clientbase.yaml, dictionary.yaml,
// rules/*.yaml, codes/*.yaml and sources/*.yaml become a Project of pure data. It checks everything that can
// be checked without opening a source and reports every fault of every file
// with its line, column, path and, where it can, the word that was meant.
//
//	Load(dir)          the project and its faults; a project with faults must not run
//	Project.CheckFrom  runs the connectors' own checks over the `from:` nodes
//	Project.Secret     secrets from the environment or 0600 files
//	Project.Role       who may do what: user of the operating system → role
//	Init(dir)          writes a new commented project
//	Doctor(project)    what about this machine would stop a run
//	WriteFaults        faults as text or NDJSON
//
// The package knows no connector: the `from:` node of a stream travels to its
// family as a yaml.Node with its position. It prints words of the
// configuration and never a secret; it never sees a client's value.
package config
