//! The load cell amplifier HX711: 24 bits clocked out by hand, and one to three pulses more that choose the gain.

use std::time::Duration;

use super::line::{InputLine, OutputLine};
use super::{DriverError, SensorDriver};

/// Data sheet: the clock must be high for at least 0.2 µs.
const CLOCK_HIGH: Duration = Duration::from_nanos(200);
/// Data sheet: after 60 µs the chip switches itself off and the bits are lost; 50 µs is the longest it promises.
const CLOCK_HIGH_AT_MOST: Duration = Duration::from_micros(50);
/// Data sheet: ten conversions a second, and 400 ms to settle after switching on.
const READY_WITHIN: Duration = Duration::from_millis(450);
const POLL: Duration = Duration::from_millis(2);
/// What it gives when its input is out of range.
const SATURATED: [i32; 2] = [-8_388_608, 8_388_607];

/// Which input is amplified, and how much, in the next conversion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gain {
    /// Input A, 128 times: what load cells want.
    A128,
    /// Input B, 32 times.
    B32,
    /// Input A, 64 times.
    A64,
}

impl Gain {
    fn pulses(self) -> u32 {
        match self {
            Self::A128 => 1,
            Self::B32 => 2,
            Self::A64 => 3,
        }
    }
}

/// From the chip's counts to grams.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// Counts while nothing lies on the plate.
    pub zero_counts: f64,
    /// Counts for each gram; negative where the cell is mounted upside down.
    pub counts_per_gram: f64,
}

/// An HX711 at two lines.
pub struct Hx711<C, D> {
    clock: C,
    data: D,
    gain: Gain,
    scale: Scale,
}

impl<C: OutputLine, D: InputLine> Hx711<C, D> {
    /// The first reading has the gain of the chip's start, A128, whatever was chosen.
    pub fn new(clock: C, data: D, gain: Gain, scale: Scale) -> Self {
        Self { clock, data, gain, scale }
    }

    fn is_ready(&mut self) -> Result<bool, DriverError> {
        let mut waited = Duration::ZERO;
        while self.data.is_high()? {
            if waited >= READY_WITHIN {
                return Ok(false);
            }
            std::thread::sleep(POLL);
            waited += POLL;
        }
        Ok(true)
    }

    /// The chip's counts; `None` where the kernel kept us from the clock for too long.
    fn counts(&mut self) -> Result<Option<i32>, DriverError> {
        let mut bits = 0_u32;
        let mut longest = Duration::ZERO;
        for _ in 0..24 {
            longest = longest.max(self.clock.pulse(CLOCK_HIGH)?);
            bits = bits << 1 | u32::from(self.data.is_high()?);
        }
        for _ in 0..self.gain.pulses() {
            longest = longest.max(self.clock.pulse(CLOCK_HIGH)?);
        }
        // Two's complement: the sign bit moves to the top and is pulled down again.
        let counts = (bits << 8).cast_signed() >> 8;
        Ok((longest <= CLOCK_HIGH_AT_MOST).then_some(counts))
    }
}

impl<C: OutputLine, D: InputLine> SensorDriver for Hx711<C, D> {
    fn read(&mut self) -> Result<Option<f32>, DriverError> {
        if !self.is_ready()? {
            return Ok(None);
        }
        let counts = self.counts()?.filter(|counts| !SATURATED.contains(counts));
        Ok(counts.map(|counts| ((f64::from(counts) - self.scale.zero_counts) / self.scale.counts_per_gram) as f32))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A chip with a conversion ready after some looks at its data line.
    #[derive(Clone)]
    struct FakeChip(Arc<Mutex<State>>);

    struct State {
        counts: i32,
        looks_until_ready: u32,
        pulses: u32,
        slow_pulse: Option<u32>,
    }

    impl FakeChip {
        fn new(counts: i32) -> Self {
            Self(Arc::new(Mutex::new(State { counts, looks_until_ready: 0, pulses: 0, slow_pulse: None })))
        }
    }

    impl OutputLine for FakeChip {
        fn pulse(&mut self, at_least: Duration) -> Result<Duration, DriverError> {
            let mut state = self.0.lock().unwrap();
            state.pulses += 1;
            let slow = state.slow_pulse == Some(state.pulses);
            Ok(if slow { Duration::from_micros(70) } else { at_least })
        }
    }

    impl InputLine for FakeChip {
        fn is_high(&mut self) -> Result<bool, DriverError> {
            let mut state = self.0.lock().unwrap();
            if state.pulses == 0 {
                state.looks_until_ready = state.looks_until_ready.saturating_sub(1);
                return Ok(state.looks_until_ready > 0);
            }
            Ok(state.pulses <= 24 && (state.counts >> (24 - state.pulses)) & 1 == 1)
        }

        fn next_edge(&mut self, _: Duration) -> Result<Option<super::super::line::Edge>, DriverError> {
            Ok(None)
        }
    }

    const GRAMS: Scale = Scale { zero_counts: 84_000.0, counts_per_gram: 420.0 };
    const PLAIN: Scale = Scale { zero_counts: 0.0, counts_per_gram: 1.0 };

    #[test]
    fn bits_become_grams() {
        for (counts, scale, expected) in [
            (0, PLAIN, Some(0.0)),
            (1, PLAIN, Some(1.0)),
            (-1, PLAIN, Some(-1.0)),
            (8_388_606, PLAIN, Some(8_388_606.0)),
            (-8_388_607, PLAIN, Some(-8_388_607.0)),
            // Out of range.
            (8_388_607, PLAIN, None),
            (-8_388_608, PLAIN, None),
            (84_000 + 350 * 420, GRAMS, Some(350.0)),
            (84_000 - 420, GRAMS, Some(-1.0)),
        ] {
            let chip = FakeChip::new(counts);
            let value = Hx711::new(chip.clone(), chip.clone(), Gain::A128, scale).read().unwrap();
            assert_eq!(value, expected, "{counts}");
        }
    }

    #[test]
    fn the_gain_is_chosen_by_the_pulses() {
        for (gain, pulses) in [(Gain::A128, 25), (Gain::B32, 26), (Gain::A64, 27)] {
            let chip = FakeChip::new(5);
            assert_eq!(Hx711::new(chip.clone(), chip.clone(), gain, PLAIN).read().unwrap(), Some(5.0));
            assert_eq!(chip.0.lock().unwrap().pulses, pulses);
        }
    }

    #[test]
    fn a_chip_that_is_late_or_absent() {
        let chip = FakeChip::new(5);
        chip.0.lock().unwrap().looks_until_ready = 10;
        assert_eq!(Hx711::new(chip.clone(), chip.clone(), Gain::A128, PLAIN).read().unwrap(), Some(5.0));

        let chip = FakeChip::new(5);
        chip.0.lock().unwrap().looks_until_ready = u32::MAX;
        assert_eq!(Hx711::new(chip.clone(), chip.clone(), Gain::A128, PLAIN).read().unwrap(), None);
        assert_eq!(chip.0.lock().unwrap().pulses, 0);
    }

    #[test]
    fn bits_after_a_long_pulse_are_not_believed() {
        let chip = FakeChip::new(5);
        chip.0.lock().unwrap().slow_pulse = Some(9);
        assert_eq!(Hx711::new(chip.clone(), chip.clone(), Gain::A128, PLAIN).read().unwrap(), None);
    }
}
