//! Trouble: bad input, keys, recordings, and what the server leans on going away.

mod bad_input;
mod keys;
mod outages;
mod recognition;
mod recordings;
mod shop;
