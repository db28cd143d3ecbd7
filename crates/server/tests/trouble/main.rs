//! Trouble: bad input, keys, questions, recordings, and what the server leans on going away.

mod bad_input;
mod calendar;
mod films;
mod keys;
mod outages;
mod planogram;
mod questions;
mod recognition;
mod recordings;
mod shop;
mod stock;
mod weights;
