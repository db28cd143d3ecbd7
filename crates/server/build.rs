//! Makes sure that the folder of the built pages exists, so that a fresh clone compiles before the pages are built.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let pages = std::path::Path::new("../../web/dist");
    if let Err(error) = std::fs::create_dir_all(pages) {
        println!("cargo::warning=cannot make {}: {error}", pages.display());
    }
}
