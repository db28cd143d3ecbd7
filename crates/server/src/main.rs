//! The program `smartmart`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
