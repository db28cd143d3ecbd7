//! The ultrasonic ranger HC-SR04: a pulse out, and the length of the echo pulse back.

use std::time::Duration;

use super::line::{InputLine, Level, OutputLine};
use super::{DriverError, SensorDriver};

/// Data sheet: the trigger must be high for at least 10 µs.
const TRIGGER: Duration = Duration::from_micros(10);
/// The echo pulse begins some 0.5 ms after the trigger; later is no answer.
const ECHO_BEGINS_WITHIN: Duration = Duration::from_millis(20);
/// Data sheet: without an echo the pulse lasts 38 ms; clones take up to 60.
const ECHO_ENDS_WITHIN: Duration = Duration::from_millis(65);
/// Data sheet: 2 cm to 4 m. What lies outside is no measurement.
const RANGE_MM: std::ops::RangeInclusive<f64> = 20.0..=4_000.0;

/// An HC-SR04 at two lines.
pub struct HcSr04<T, E> {
    trigger: T,
    echo: E,
    mm_per_second: f64,
}

impl<T: OutputLine, E: InputLine> HcSr04<T, E> {
    /// `temperature_c` is that of the air: sound is 0.17 % faster for each degree.
    pub fn new(trigger: T, echo: E, temperature_c: f64) -> Self {
        // Ideal gas: 331.3 m/s at 0 °C, 343.2 m/s at 20 °C.
        let metres_per_second = 331.3 * (1.0 + temperature_c / 273.15).sqrt();
        Self { trigger, echo, mm_per_second: metres_per_second * 1_000.0 }
    }

    fn edge_to(&mut self, level: Level, within: Duration) -> Result<Option<Duration>, DriverError> {
        while let Some(edge) = self.echo.next_edge(within)? {
            if edge.to == level {
                return Ok(Some(edge.at));
            }
        }
        Ok(None)
    }
}

impl<T: OutputLine, E: InputLine> SensorDriver for HcSr04<T, E> {
    fn read(&mut self) -> Result<Option<f32>, DriverError> {
        // The late end of an echo that was given up.
        while self.echo.next_edge(Duration::ZERO)?.is_some() {}
        self.trigger.pulse(TRIGGER)?;
        let Some(begin) = self.edge_to(Level::High, ECHO_BEGINS_WITHIN)? else {
            return Ok(None);
        };
        let Some(end) = self.edge_to(Level::Low, ECHO_ENDS_WITHIN)? else {
            return Ok(None);
        };
        let seconds = end.saturating_sub(begin).as_secs_f64();
        // There and back.
        let mm = seconds * self.mm_per_second / 2.0;
        Ok(RANGE_MM.contains(&mm).then_some(mm as f32))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    use super::super::line::Edge;
    use super::*;

    /// Edges that wait, and edges that come after the next trigger.
    #[derive(Default)]
    struct Air {
        waiting: VecDeque<Edge>,
        after_trigger: VecDeque<Edge>,
        triggers: Vec<Duration>,
    }

    #[derive(Clone, Default)]
    struct FakeLine(Arc<Mutex<Air>>);

    impl OutputLine for FakeLine {
        fn pulse(&mut self, at_least: Duration) -> Result<Duration, DriverError> {
            let mut air = self.0.lock().unwrap();
            air.triggers.push(at_least);
            let answer = std::mem::take(&mut air.after_trigger);
            air.waiting.extend(answer);
            Ok(at_least)
        }
    }

    impl InputLine for FakeLine {
        fn is_high(&mut self) -> Result<bool, DriverError> {
            Ok(false)
        }

        fn next_edge(&mut self, _: Duration) -> Result<Option<Edge>, DriverError> {
            Ok(self.0.lock().unwrap().waiting.pop_front())
        }
    }

    fn edge(to: Level, micros: u64) -> Edge {
        Edge { to, at: Duration::from_micros(micros) }
    }

    #[track_caller]
    fn check(temperature_c: f64, waiting: &[Edge], answer: &[Edge], expected: Option<f32>) {
        let line = FakeLine::default();
        line.0.lock().unwrap().waiting.extend(waiting);
        line.0.lock().unwrap().after_trigger.extend(answer);
        let value = HcSr04::new(line.clone(), line.clone(), temperature_c).read().unwrap();
        assert_eq!(value.map(|mm| (mm * 10.0).round() / 10.0), expected);
        assert_eq!(line.0.lock().unwrap().triggers, [TRIGGER]);
    }

    #[test]
    fn the_echo_s_length_is_the_distance() {
        let echo = |micros: u64| [edge(Level::High, 7_000), edge(Level::Low, 7_000 + micros)];
        check(20.0, &[], &echo(1_000), Some(171.6));
        check(0.0, &[], &echo(1_000), Some(165.7));
        check(20.0, &[], &echo(10_000), Some(1716.1));
        // Nearer and farther than it can tell; the 38 ms of "no echo" among it.
        check(20.0, &[], &echo(50), None);
        check(20.0, &[], &echo(38_000), None);
        // Nothing, or no end.
        check(20.0, &[], &[], None);
        check(20.0, &[], &echo(1_000)[..1], None);
        // The rest of an earlier echo.
        check(20.0, &[edge(Level::Low, 1), edge(Level::High, 2)], &echo(1_000), Some(171.6));
        check(20.0, &[], &[edge(Level::Low, 1), edge(Level::High, 7_000), edge(Level::Low, 8_000)], Some(171.6));
    }
}
