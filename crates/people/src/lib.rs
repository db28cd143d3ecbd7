//! The command `smartmart track`: people in a room, from films of its cameras; and how right that is, where the truth
//! lies beside the films.

pub mod films;
pub mod plates;
pub mod room_file;
pub mod score;
pub mod track;
