//! Lines of the Linux GPIO character device.

use std::time::{Duration, Instant};

use gpiocdev::Request;
use gpiocdev::line::{Bias, EdgeDetection, EdgeKind, EventClock, Value};

use super::DriverError;
use super::line::{Edge, InputLine, Level, OutputLine};
use crate::config::{Pin, Pull};

/// Shown by `gpioinfo` as the line's user.
const CONSUMER: &str = "smartmart-edge";

/// A line that we drive.
pub(super) struct GpioOutput {
    request: Request,
    pin: Pin,
}

/// A line that we watch.
pub(super) struct GpioInput {
    request: Request,
    pin: Pin,
}

/// What a watched line is used for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// Its level.
    Level,
    /// The times of its edges.
    Edges,
    /// Its edges, once they are steady.
    DebouncedEdges {
        /// How long a level must last.
        period: Duration,
        /// Low means active.
        active_low: bool,
        /// The resistor to switch on.
        pull: Pull,
    },
}

impl GpioOutput {
    pub(super) fn open(pin: &Pin) -> Result<Self, DriverError> {
        let request = Request::builder()
            .on_chip(&pin.chip)
            .with_consumer(CONSUMER)
            .with_line(pin.line)
            .as_output(Value::Inactive)
            .request()
            .map_err(|error| failed(pin, &error))?;
        Ok(Self { request, pin: pin.clone() })
    }
}

impl OutputLine for GpioOutput {
    fn pulse(&mut self, at_least: Duration) -> Result<Duration, DriverError> {
        let before = Instant::now();
        self.request.set_lone_value(Value::Active).map_err(|error| failed(&self.pin, &error))?;
        // A sleep would last fifty microseconds at the least, which is too long for the HX711.
        while before.elapsed() < at_least {
            std::hint::spin_loop();
        }
        self.request.set_lone_value(Value::Inactive).map_err(|error| failed(&self.pin, &error))?;
        Ok(before.elapsed())
    }
}

impl GpioInput {
    pub(super) fn open(pin: &Pin, wanted: Wanted) -> Result<Self, DriverError> {
        let mut builder = Request::builder();
        builder.on_chip(&pin.chip).with_consumer(CONSUMER).with_line(pin.line).as_input();
        match wanted {
            Wanted::Level => {}
            Wanted::Edges => {
                builder.with_edge_detection(EdgeDetection::BothEdges).with_event_clock(EventClock::Monotonic);
            }
            Wanted::DebouncedEdges { period, active_low, pull } => {
                builder
                    .with_bias(match pull {
                        Pull::Up => Bias::PullUp,
                        Pull::Down => Bias::PullDown,
                        Pull::None => Bias::Disabled,
                    })
                    .with_edge_detection(EdgeDetection::BothEdges)
                    .with_event_clock(EventClock::Monotonic)
                    .with_debounce_period(period);
                if active_low {
                    builder.as_active_low();
                }
            }
        }
        let request = builder.request().map_err(|error| failed(pin, &error))?;
        Ok(Self { request, pin: pin.clone() })
    }
}

impl InputLine for GpioInput {
    fn is_high(&mut self) -> Result<bool, DriverError> {
        let value = self.request.lone_value().map_err(|error| failed(&self.pin, &error))?;
        Ok(value == Value::Active)
    }

    fn next_edge(&mut self, within: Duration) -> Result<Option<Edge>, DriverError> {
        let came = self.request.wait_edge_event(within).map_err(|error| failed(&self.pin, &error))?;
        if !came {
            return Ok(None);
        }
        let event = self.request.read_edge_event().map_err(|error| failed(&self.pin, &error))?;
        let to = match event.kind {
            EdgeKind::Rising => Level::High,
            EdgeKind::Falling => Level::Low,
        };
        Ok(Some(Edge { to, at: Duration::from_nanos(event.timestamp_ns) }))
    }
}

fn failed(pin: &Pin, error: &gpiocdev::Error) -> DriverError {
    DriverError::Line { chip: pin.chip.clone(), line: pin.line, reason: error.to_string() }
}
