//! Trouble: bad input, keys, and what the server leans on going away.

mod bad_input;
mod keys;
mod outages;
mod planogram;
mod recognition;
mod shop;
