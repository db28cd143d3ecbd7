//! Trouble: bad input, and what the server leans on going away.

mod bad_input;
mod outages;
mod shop;
