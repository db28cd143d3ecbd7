//! The client against a cloud that misbehaves, the service over galleries in memory, and the two against each other.

mod client;
mod corpus;
mod exercise;
mod fake_cloud;
mod meeting;
mod memory;
mod npm;
mod service;
