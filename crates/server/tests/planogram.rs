//! The commands `smartmart planogram`, run as an owner runs them.

use std::path::Path;
use std::process::{Command, Output};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn data(&self) -> &Path {
        self.0.path()
    }

    /// Runs `smartmart planogram` on the folder's store; gives whether it was content, and what it printed.
    fn planogram(&self, arguments: &[&str]) -> (bool, String) {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_smartmart"))
            .arg("planogram")
            .args(arguments)
            .arg("--data")
            .arg(self.data())
            .env_remove("DATABASE_URL")
            .env_remove("PORT")
            .output()
            .unwrap();
        let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
        (status.success(), text)
    }
}

const TRACED: &str = r#"{
  "version": 1, "name": "Corner", "currency": "EUR",
  "products": [{"sku": "cola", "name": "Cola", "price_minor": 149, "weight_g": 355},
               {"sku": "lime", "name": "Lime", "price_minor": 149, "weight_g": 356},
               {"sku": "soap", "name": "Soap", "weight_g": 115}],
  "shelves": [{"id": "g1s1", "camera": "g1", "sensors": [{"id": "p1", "kind": "load_cell", "x": 0.2},
                                                         {"id": "p2", "kind": "load_cell", "x": 0.8}]}],
  "facings": [{"sku": "cola", "sensors": ["p1"], "units": 8}, {"sku": "lime", "sensors": ["p1"], "units": 8},
              {"sku": "soap", "sensors": ["p2"], "units": 3}, {"sku": "gone", "sensors": ["p2"], "units": 1}],
  "cameras": [{"id": "g1", "role": "shelf"}] }"#;

#[test]
fn a_store_file_is_checked_worst_first_and_says_so_by_its_status() {
    let folder = Folder::new();
    let (good, text) = folder.planogram(&["check", &folder.write("store.json", TRACED)]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[0], "p2: there is no product gone; add it or empty the slot");
    assert_eq!(lines[1], "soap has no price and is never billed; give it one");
    assert!(lines[2].starts_with("g1s1, p1: 1 x ") && lines[2].ends_with("; put one of them elsewhere"), "{text}");
    assert_eq!(lines[3], "3 findings in 4 facings of 3 products (mistakes count from 3.8 % of the cases on)");
    assert!(!good);

    let mended = TRACED.replace(
        "[\"p1\"], \"units\": 8}, {\"sku\": \"lime\", \"sensors\": [\"p1\"]",
        "[\"p1\"], \"units\": 8}, {\"sku\": \"lime\", \"sensors\": [\"p2\"]",
    );
    let mended = mended
        .replace("\"name\": \"Soap\",", "\"name\": \"Soap\", \"price_minor\": 99,")
        .replace(", {\"sku\": \"gone\", \"sensors\": [\"p2\"], \"units\": 1}", "");
    let (good, text) = folder.planogram(&["check", "--neighbours", &folder.write("mended.json", mended)]);
    assert!(good && text.lines().count() == 2 && text.contains("by weight alone mistaken in"), "{text}");

    let (good, text) = folder.planogram(&["check", &folder.write("broken.json", "{")]);
    assert!(!good && text.contains("is not a store"), "{text}");
    // The folder's own store has nothing on its shelves yet.
    let (good, text) = folder.planogram(&["check"]);
    assert!(good && text.starts_with("Nothing is wrong in 0 facings of 0 products"), "{text}");
}
