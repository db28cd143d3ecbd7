//! The consent to enrol a face: its text and version. Change the versions with every change of the text.

use protocol::account::{ConsentText, EnrolmentWay};

use crate::config::{EnrolmentWays, Recognition};

/// The version in force where the store recognises by itself.
const OWN: &str = "2026-11-3";

/// The version in force where the Kairos cloud recognises.
const CLOUD: &str = "2026-11-3-kairos";

/// The version in force.
pub fn version(recognition: &Recognition) -> &'static str {
    if recognition.kairos.is_some() { CLOUD } else { OWN }
}

/// How the photographs may be taken, the better way first.
pub fn ways(recognition: &Recognition) -> &'static [EnrolmentWay] {
    match recognition.enrolment {
        EnrolmentWays::FilmOrPhotographs => &[EnrolmentWay::Film, EnrolmentWay::Photographs],
        EnrolmentWays::Film => &[EnrolmentWay::Film],
    }
}

/// The text for a store.
pub fn text(store: &str, recognition: &Recognition) -> ConsentText {
    let purpose = format!(
        "{store} would like to recognise you by your face when you come in, while you shop and when you leave, so that \
         what you take is put on your bill and on nobody else's."
    );
    let how = if recognition.kairos.is_some() {
        "For this three photographs of you, taken by you or from a short film in which you turn your head, and pictures of \
         our cameras in which faces are, are sent to the Kairos cloud, a service on the internet. It keeps what it makes of \
         your photographs under a number of ours, without your name or address. We keep neither the photographs, nor the \
         film, nor the pictures."
    } else {
        "For this we compute three rows of numbers (templates) from three photographs, taken by you or from a short film \
         in which you turn your head. Neither the photographs nor the film are kept. The templates are stored encrypted on \
         the computer of this store, never leave it, and are used for nothing else. Cameras compare the faces they see with them, and during a visit also with your face at the entry; those \
         pictures are not kept either."
    };
    let until = format!(
        "All of it is deleted after {} days, or at once whenever you ask for it on your account page. Saying no has no \
         disadvantage: the QR code in this app serves for everything instead. You can change your mind at any time, \
         either way.",
        recognition.keep_templates_days
    );
    ConsentText {
        version: version(recognition).to_owned(),
        paragraphs: vec![purpose, how.to_owned(), until],
        ways: ways(recognition).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Kairos;

    #[test]
    fn who_keeps_to_the_cloud_says_so_and_old_consents_do_not_count_for_it() {
        let own = Recognition::default();
        let cloud = Recognition { kairos: Some(Kairos::default()), ..Recognition::default() };
        assert!(text("Corner", &cloud).paragraphs[1].contains("the Kairos cloud"));
        assert!(text("Corner", &own).paragraphs[1].contains("never leave it"));
        assert_ne!(version(&own), version(&cloud));
    }
}
