//! Joins HTTP, Socket.IO, recognition, storage, jobs and mail into the program `smartmart`.

pub mod app;
pub mod badges;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod current_store;
pub mod data_lock;
pub mod demo;
pub mod erasure;
pub mod films;
pub mod http;
pub mod jobs;
pub mod kairos;
pub mod keys;
pub mod mail;
pub mod people;
pub mod planogram_file;
pub mod realtime;
pub mod recognition;
pub mod recorder;
pub mod serve;
pub mod templates;
pub mod views;
