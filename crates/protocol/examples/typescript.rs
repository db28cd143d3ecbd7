//! Prints the TypeScript of every wire type: what `cargo xtask codegen` writes to the web's sources.

#[expect(clippy::print_stdout, reason = "the output is the product")]
fn main() {
    print!("{}", protocol::typescript::module());
}
