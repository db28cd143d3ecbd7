//! The consent to enrol a face: its text and version. Change the version with every change of the text.

use protocol::account::ConsentText;

/// The version in force.
pub const VERSION: &str = "2026-11-1";

/// The text for a store.
pub fn text(store: &str, keep_days: u32) -> ConsentText {
    ConsentText {
        version: VERSION.to_owned(),
        paragraphs: vec![
            format!(
                "{store} would like to recognise you by your face when you come in, while you shop and when you leave, \
                 so that what you take is put on your bill and on nobody else's."
            ),
            "For this we compute three rows of numbers (templates) from three photographs. The photographs themselves \
             are not kept. The templates are stored encrypted on the computer of this store, never leave it, and are \
             used for nothing else. Cameras compare the faces they see with them; those pictures are not kept either."
                .to_owned(),
            format!(
                "Templates are deleted after {keep_days} days, or at once whenever you ask for it on your account page. \
                 Saying no has no disadvantage: the QR code in this app serves for everything instead. You can change \
                 your mind at any time, either way."
            ),
        ],
    }
}
