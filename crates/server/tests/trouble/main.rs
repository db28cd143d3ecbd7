//! Trouble: bad input, keys, questions, recordings, and what the server leans on going away.

mod bad_input;
mod calendar;
mod connections;
mod description;
mod erasure;
mod films;
mod keys;
mod lists;
mod outages;
mod planogram;
mod questions;
mod recognition;
mod recordings;
mod repeats;
mod room;
mod shop;
mod snapshots;
mod stock;
mod time;
mod upgrade;
mod weights;
