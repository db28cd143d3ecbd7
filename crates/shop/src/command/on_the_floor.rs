//! Commands that the floor itself decides, for they are about who is in the store now.

use domain::ids::{ReviewId, ShoppingSessionId, Sku, ZoneId};
use floor::FloorInput;
use serde::Serialize;

use super::{Ask, Caller, Refusal};

/// What the floor can be asked for.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FloorAsk {
    /// Decides a case.
    DecideReview {
        /// Which.
        review: ReviewId,
        /// Whose it is; none: nobody's.
        session: Option<ShoppingSessionId>,
        /// Which product it was, where that is not the likeliest one.
        sku: Option<Sku>,
    },
    /// Asks a shopper whether it was them.
    AskShopper {
        /// Which case.
        review: ReviewId,
        /// Whose visit.
        session: ShoppingSessionId,
    },
    /// Answers that question.
    AnswerQuestion {
        /// Which case.
        review: ReviewId,
        /// Whether it was them.
        it_was_them: bool,
    },
    /// Ends a visit: the shopper left unseen.
    CloseVisit {
        /// Which.
        session: ShoppingSessionId,
    },
    /// Decides about a visit whose shopper nobody had seen leave before the store closed.
    SettleVisit {
        /// Which.
        session: ShoppingSessionId,
        /// Bill what its cart holds; otherwise nothing.
        bill: bool,
    },
    /// Begins to refill a zone, or ends it.
    Refill {
        /// Which zone.
        zone: ZoneId,
        /// Begin, not end.
        on: bool,
    },
}

impl From<FloorAsk> for Ask {
    fn from(ask: FloorAsk) -> Self {
        Self::OnTheFloor { ask }
    }
}

impl FloorAsk {
    /// What the floor hears.
    ///
    /// # Errors
    ///
    /// Where it is not the caller's to ask.
    pub(crate) fn input(self, by: Caller) -> Result<FloorInput, Refusal> {
        let admin = || by.admin().ok_or(Refusal::NotFound);
        Ok(match self {
            Self::DecideReview { review, session, sku } => {
                FloorInput::DecideReview { review, session, sku, by: admin()? }
            }
            Self::AskShopper { review, session } => FloorInput::AskShopper { review, session, by: admin()? },
            Self::AnswerQuestion { review, it_was_them } => {
                let shopper = by.shopper().ok_or(Refusal::NotFound)?;
                FloorInput::AnswerQuestion { review, shopper, it_was_them }
            }
            Self::CloseVisit { session } => {
                admin()?;
                FloorInput::CloseVisit(session)
            }
            Self::SettleVisit { session, bill } => FloorInput::DecideForgotten { session, bill, by: admin()? },
            Self::Refill { zone, on } => FloorInput::Restock { zone, by: admin()?, on },
        })
    }
}
