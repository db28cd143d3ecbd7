//! A beam or a switch at one line: 1 while broken or pressed, 0 otherwise, and no short break is missed.

use std::time::Duration;

use super::line::{InputLine, Level};
use super::{DriverError, SensorDriver};

/// A beam or a switch; the kernel debounces it.
pub struct GpioSwitch<L> {
    line: L,
}

impl<L: InputLine> GpioSwitch<L> {
    /// Watches a line with edge detection.
    pub fn new(line: L) -> Self {
        Self { line }
    }
}

impl<L: InputLine> SensorDriver for GpioSwitch<L> {
    /// Edges that came between two samples wait in the kernel and are given one at a time: a break shorter than the
    /// sample period still reads 1 and then 0.
    fn read(&mut self) -> Result<Option<f32>, DriverError> {
        let high = match self.line.next_edge(Duration::ZERO)? {
            Some(edge) => edge.to == Level::High,
            None => self.line.is_high()?,
        };
        Ok(Some(if high { 1.0 } else { 0.0 }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::super::line::Edge;
    use super::*;

    struct FakeLine {
        edges: VecDeque<Level>,
        high: bool,
    }

    impl InputLine for FakeLine {
        fn is_high(&mut self) -> Result<bool, DriverError> {
            Ok(self.high)
        }

        fn next_edge(&mut self, _: Duration) -> Result<Option<Edge>, DriverError> {
            Ok(self.edges.pop_front().map(|to| Edge { to, at: Duration::ZERO }))
        }
    }

    #[test]
    fn short_breaks_are_given_one_after_another() {
        let edges = [Level::High, Level::Low, Level::High, Level::Low].into();
        let mut switch = GpioSwitch::new(FakeLine { edges, high: false });
        let values: Vec<_> = (0..6).map(|_| switch.read().unwrap().unwrap()).collect();
        assert_eq!(values, [1.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        let mut pressed = GpioSwitch::new(FakeLine { edges: VecDeque::new(), high: true });
        assert_eq!(pressed.read().unwrap(), Some(1.0));
    }
}
