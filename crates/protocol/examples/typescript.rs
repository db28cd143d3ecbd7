//! Prints TypeScript for the pages: every wire type, or with the word `standards` the tables of international standards.
//! `cargo xtask codegen` writes both to the web's sources.

#[expect(clippy::print_stdout, reason = "the output is the product")]
fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("standards") => print!("{}", protocol::standards::module()),
        _ => print!("{}", protocol::typescript::module()),
    }
}
