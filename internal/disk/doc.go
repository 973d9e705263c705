// Package disk is the one layer through which the program writes: every file
// and folder of a data folder is made, changed, renamed and removed here, so
// that one place knows what a power cut may take and one test can let any of
// these calls fail (internal/archtest keeps the os functions out of the
// packages that write).
//
//	Write, WriteBytes     a file that is whole or absent: temporary name beside it, fsync, rename, fsync of the folder
//	Put                   the same without the last step, for many files of one folder
//	Stage, StageBytes     the same without waiting, for a folder that is synced as a whole before it counts
//	Create, CreateNew     a file that is written piece by piece; Sync it before its name counts
//	CreateTemp            one with a name of its own
//	OpenAppend, OpenEdit  a file that stays and grows
//	Rename, Remove, RemoveAll, Link, MkdirAll, MkdirTemp
//	Erase                 a removal that no power cut takes back
//	SyncDir, SyncFile     force entries, or what others wrote (the engine), to disk
//	Clone, LinkOrClone    a second file of the same bytes
//	Sweep                 removes temporary files of processes that are gone
//
// New files are 0600 and new folders 0700. MkdirAll syncs the folder above what
// it made, so that a synced file cannot vanish with its folder. A name given by
// Create, Rename, Link or Remove is safe only after SyncDir. After a failed
// Sync a File refuses everything but Truncate and Close: the kernel may have
// marked the lost pages clean, so that a second try would "succeed"; the run
// ends and the next one writes a new file.
//
// Write, Put and Stage give errors for a person (internal/errs); the other
// calls give those of package os, and Problem makes them readable.
//
// Built with -tags faults the layer counts its mutating calls and lets one of
// them fail, or kills the process there, as CLIENTBASE_FAULT says
// (fault_on.go); without the tag there is no such code.
package disk
