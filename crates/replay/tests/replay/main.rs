//! Traces of a small simulated store, replayed: the stories that broke published systems, and everything that may be
//! wrong with a trace.

mod bad_input;
mod positions;
mod scenarios;
mod story;
