//! What fuzzing kept.
