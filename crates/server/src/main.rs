//! The program `smartmart`.

use std::process::ExitCode;

/// Gives memory back to the system. glibc keeps the 19 MiB of a password's hash in the arena of every thread that ever
/// computed one: 1.5 GB after a thousand sign-ups.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}
