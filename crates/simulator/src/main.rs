//! The program `smartmart-sim`.

use std::process::ExitCode;

fn main() -> ExitCode {
    simulator::cli::main()
}
