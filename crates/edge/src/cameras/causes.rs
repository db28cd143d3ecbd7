//! What was said last of a thing that fails again and again: the log has each cause once, not once for each try.

/// The cause that is known.
#[derive(Debug, Default)]
pub(super) struct Causes(Option<String>);

impl Causes {
    /// Takes a cause in; whether it is another than the one before.
    pub(super) fn is_new(&mut self, cause: &str) -> bool {
        let is_new = self.0.as_deref() != Some(cause);
        if is_new {
            self.0 = Some(cause.to_owned());
        }
        is_new
    }

    /// It goes well; whether it did not before.
    pub(super) fn over(&mut self) -> bool {
        self.0.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_new_once() {
        let mut causes = Causes::default();
        assert!(!causes.over());
        let found = ["a", "a", "b", "a"].map(|cause| causes.is_new(cause));
        assert_eq!(found, [true, false, true, true]);
        assert!(causes.over() && causes.is_new("a"));
    }
}
