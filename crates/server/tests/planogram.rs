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

const FILE: &str = "slot;sku;zone;x;capacity;name;price;tax;weight_g\r\n\
                    g1s1;cola;g1;0,25;12;Cola;1,49;standard;355\r\n\
                    g1s2;soap;g1;0,75;8;Soap;0,99;standard;115\r\n";

#[test]
fn a_file_becomes_the_planogram_or_nothing_of_it() {
    let folder = Folder::new();
    let file = folder.write("planogram.csv", FILE);
    let (good, text) = folder.planogram(&["import", &file, "--dry-run"]);
    let sum = "Slots: 2 added, 0 changed, 0 removed. Products: 2 added, 0 changed";
    assert!(good && text.ends_with(&format!("{sum} (only tried: nothing was changed)\n")), "{text}");
    let (good, text) = folder.planogram(&["import", &file]);
    let lines = ["+ g1s1: cola", "+ g1s2: soap", "+ product cola: Cola", "+ product soap: Soap", sum];
    assert!(good && text.lines().eq(lines), "{text}");
    // Once more it changes nothing.
    let (good, text) = folder.planogram(&["import", &file]);
    assert!(good && text == "Slots: 0 added, 0 changed, 0 removed. Products: 0 added, 0 changed\n", "{text}");

    let bad = folder.write("bad.csv", FILE.replace("0,25", "25").replace("g1s2;soap", "g1s2;soda"));
    let (good, text) = folder.planogram(&["import", &bad]);
    let lines: Vec<_> = text.lines().collect();
    assert!(!good && lines.len() == 2, "{text}");
    assert_eq!(lines[0], "smartmart: Nothing was changed: one thing in the file is wrong.");
    assert_eq!(lines[1], "row 2, x: “25” is not between 0 (left) and 1 (right).");
    let (good, text) = folder.planogram(&["import", &folder.write("short.csv", "slot,sku\ng1s1,soap\n")]);
    assert!(good && text.starts_with("~ g1s1: soap instead of cola\n- g1s2: soap\n"), "{text}");
    let (good, text) = folder.planogram(&["check"]);
    assert!(!good && text.starts_with("cola stands nowhere;"), "{text}");

    let lock = server::data_lock::DataLock::take(folder.data()).unwrap();
    let (good, text) = folder.planogram(&["import", &file]);
    assert!(!good && text.contains("stop it, or import on the admin's page"), "{text}");
    drop(lock);
}
