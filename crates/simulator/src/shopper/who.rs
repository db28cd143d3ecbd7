//! Who a simulated shopper is: name, address and password follow from number and seed.

use uuid::Uuid;

/// First names, so that the admin page reads like a store.
const NAMES: [&str; 24] = [
    "Ada", "Ben", "Chiara", "Deniz", "Emil", "Fatima", "Goran", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Mateo",
    "Nora", "Omar", "Paula", "Quentin", "Rosa", "Sami", "Tove", "Umut", "Vera", "Wanda", "Yusuf",
];

/// Who a simulated shopper is; the same number and seed always give the same person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    /// Counted from 0.
    pub number: usize,
    /// First name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
}

impl Who {
    /// The person with this number.
    pub fn of(number: usize, seed: u64) -> Self {
        let name = NAMES[number % NAMES.len()];
        let email = format!("{}.{number}@sim.smartmart", name.to_lowercase());
        let secret = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{seed}/{email}").as_bytes());
        Self { number, name: name.to_owned(), email, password: format!("sim-{}", secret.simple()) }
    }
}
