// Package schedule decides when sources are loaded and remembers what came of
// it. It takes the sources with their times, what it remembers in
// data/schedule.json, and the present instant; it gives the next run to start,
// or the instant to sleep until. What a run is, it does not know: cmd hands it
// over, with a clock and a place for events to go.
//
// The life of one time (03:00 of a source):
//
//  1. The time comes. All sources whose time has come are one run; a time that
//     comes while a run is at work waits for its end, and waits once however
//     often it comes. A scheduler that was not there when times came does what
//     catch_up says: one run for all of them, one for each, or none.
//  2. Before the run starts, the time is written down as open.
//     Cut: the next scheduler finds it open and starts it again at once; what
//     has landed is used. A time that was cut or failed maxTries times is given
//     up until the next one.
//  3. The run ends. Done, held, drift, a fault: the time is settled and its
//     outcome kept. A failure worth retrying leaves it open until an instant
//     that is written down too, so that also `--once` waits in the file and not
//     in the process. The next time of the source ends all retries of this one.
//
// One scheduler works on a data folder: it holds data/schedule.lock, which the
// operating system drops when the process dies. The run lock is another one:
// while somebody runs by hand, a time that has come waits.
package schedule
