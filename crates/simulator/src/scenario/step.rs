//! One step of a scenario: what happens, when, and how it gets to the server.

use serde::Deserialize;

/// How somebody shows who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The phone before a scanner.
    #[default]
    Code,
    /// The face before a camera.
    Face,
}

/// What a gate or camera says in the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Walked in.
    Welcome,
    /// In already.
    AlreadyInside,
    /// Walked out.
    Goodbye,
    /// Never came in.
    NotInside,
    /// More frames must agree.
    KeepLooking,
    /// An unknown face.
    NotRecognised,
    /// Anything else.
    Other,
}

/// One thing that happens; times are seconds from the start.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Somebody stands before the entry.
    Enter(Pass),
    /// Somebody stands before the exit.
    Leave(Pass),
    /// Somebody stands at a zone's shelves: by face four frames a second see it, by code it is one scan.
    Stand {
        /// When.
        at: f64,
        /// Who.
        who: String,
        /// Where.
        zone: String,
        /// How.
        #[serde(default)]
        by: By,
        /// How long.
        #[serde(default)]
        seconds: f64,
        /// Where across the camera's picture.
        #[serde(default = "middle")]
        x: f32,
    },
    /// An unknown face is seen, or a known one turned away. At the zones `entry` and `exit` it stands at the gate.
    Stranger {
        /// When.
        at: f64,
        /// Where.
        zone: String,
        /// How long.
        seconds: f64,
        /// Where across the camera's picture.
        #[serde(default = "middle")]
        x: f32,
    },
    /// Units leave a slot.
    Take(Movement),
    /// Units come to a slot.
    PutBack(Movement),
}

/// Somebody at a gate.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// When.
    pub at: f64,
    /// Who.
    pub who: String,
    /// How.
    #[serde(default)]
    pub by: By,
    /// Frames looked at, by face.
    #[serde(default = "usual_looks")]
    pub looks: u32,
    /// What the gate says in the end; none means what it says to somebody who may pass.
    pub says: Option<Says>,
}

/// Units that leave a slot or come to it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Movement {
    /// When.
    pub at: f64,
    /// Where.
    pub slot: String,
    /// How many.
    pub units: u32,
    /// How it gets to the server.
    #[serde(default)]
    pub delivery: Delivery,
}

fn usual_looks() -> u32 {
    3
}

fn middle() -> f32 {
    0.5
}

/// How a shelf event gets to the server.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// When it comes in; none means at once.
    pub at: Option<f64>,
    /// When it comes in again, with the same id.
    pub again_at: Vec<f64>,
    /// Seconds by which the node's clock is ahead.
    pub clock_ahead_s: f64,
}

impl Step {
    /// When it begins.
    pub fn at(&self) -> f64 {
        match self {
            Self::Enter(pass) | Self::Leave(pass) => pass.at,
            Self::Stand { at, .. } | Self::Stranger { at, .. } => *at,
            Self::Take(movement) | Self::PutBack(movement) => movement.at,
        }
    }

    /// What a gate must say in the end, where it is a gate's step.
    pub(super) fn says(&self) -> Option<Says> {
        match self {
            Self::Enter(pass) => Some(pass.says.unwrap_or(Says::Welcome)),
            Self::Leave(pass) => Some(pass.says.unwrap_or(Says::Goodbye)),
            Self::Stand { .. } | Self::Stranger { .. } | Self::Take(_) | Self::PutBack(_) => None,
        }
    }

    /// What a hand moves, and the units by which the slot changes.
    pub(super) fn movement(&self) -> Option<(&Movement, i32)> {
        match self {
            Self::Take(movement) => Some((movement, 0_i32.saturating_sub_unsigned(movement.units))),
            Self::PutBack(movement) => Some((movement, 0_i32.saturating_add_unsigned(movement.units))),
            Self::Enter(_) | Self::Leave(_) | Self::Stand { .. } | Self::Stranger { .. } => None,
        }
    }

    pub(super) fn who(&self) -> Option<&str> {
        match self {
            Self::Enter(pass) | Self::Leave(pass) => Some(&pass.who),
            Self::Stand { who, .. } => Some(who),
            Self::Stranger { .. } | Self::Take(_) | Self::PutBack(_) => None,
        }
    }

    pub(super) fn needs_a_face(&self) -> bool {
        match self {
            Self::Enter(pass) | Self::Leave(pass) => pass.by == By::Face,
            Self::Stand { by, .. } => *by == By::Face,
            Self::Stranger { .. } => true,
            Self::Take(_) | Self::PutBack(_) => false,
        }
    }
}
