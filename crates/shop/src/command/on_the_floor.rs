//! Commands that the floor itself decides, for they are about who is in the store now.

use floor::FloorInput;

use super::{Ask, Command, Refusal};

/// What the floor is asked, if the command is one of those.
///
/// # Errors
///
/// Where it is not the caller's to ask.
pub(crate) fn input(command: &Command) -> Result<Option<FloorInput>, Refusal> {
    let admin = || command.by.admin().ok_or(Refusal::NotFound);
    Ok(Some(match command.ask.clone() {
        Ask::DecideReview { review, session, sku } => FloorInput::DecideReview { review, session, sku, by: admin()? },
        Ask::AskShopper { review, session } => FloorInput::AskShopper { review, session, by: admin()? },
        Ask::AnswerQuestion { review, it_was_them } => {
            let shopper = command.by.shopper().ok_or(Refusal::NotFound)?;
            FloorInput::AnswerQuestion { review, shopper, it_was_them }
        }
        Ask::CloseVisit { session } => {
            admin()?;
            FloorInput::CloseVisit(session)
        }
        Ask::SettleVisit { session, bill } => FloorInput::DecideForgotten { session, bill, by: admin()? },
        Ask::Refill { zone, on } => FloorInput::Restock { zone, by: admin()?, on },
        _ => return Ok(None),
    }))
}
