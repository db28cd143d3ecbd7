//! A sensor that is not there: its value stands in a text file, which a simulator or a test rewrites.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::{DriverError, SensorDriver};
use crate::config::SimulatedConfig;

/// Reads a number, or `none`, from a file at each sample. Whoever writes the file should replace it by renaming, so that
/// no half of it is read. A missing file is a sensor that gives nothing.
pub struct Simulated {
    value_file: PathBuf,
    noise: f32,
    random: u64,
}

impl Simulated {
    /// The same seed gives the same noise.
    pub fn new(config: &SimulatedConfig) -> Self {
        Self { value_file: config.value_file.clone(), noise: config.noise, random: config.noise_seed }
    }

    /// SplitMix64: 0 up to 1.
    fn random(&mut self) -> f32 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        (bits >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// Four uniform numbers together are nearly normal; their standard deviation is 1/√3.
    fn normal(&mut self) -> f32 {
        let sum: f32 = (0..4).map(|_| self.random()).sum();
        (sum - 2.0) * 3.0_f32.sqrt()
    }
}

impl SensorDriver for Simulated {
    fn read(&mut self) -> Result<Option<f32>, DriverError> {
        let broken = |reason: String| DriverError::ValueFile { path: self.value_file.clone(), reason };
        let text = match fs::read_to_string(&self.value_file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(error.to_string())),
        };
        let text = text.trim();
        if text.eq_ignore_ascii_case("none") {
            return Ok(None);
        }
        let value: f32 = text.parse().map_err(|_| broken(format!("{text:?} is neither a number nor \"none\"")))?;
        let noise = if self.noise > 0.0 { self.normal() * self.noise } else { 0.0 };
        Ok(Some(value + noise))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_at_each_sample() {
        let folder = tempfile::tempdir().unwrap();
        let value_file = folder.path().join("a.value");
        let config = SimulatedConfig { value_file: value_file.clone(), noise: 0.0, noise_seed: 0 };
        let mut sensor = Simulated::new(&config);
        assert_eq!(sensor.read().unwrap(), None);
        for (text, expected) in [("1240.5", Some(1240.5)), (" 3\n", Some(3.0)), ("none", None), ("None\n", None)] {
            fs::write(&value_file, text).unwrap();
            assert_eq!(sensor.read().unwrap(), expected, "{text:?}");
        }
        fs::write(&value_file, "").unwrap();
        assert!(sensor.read().unwrap_err().to_string().ends_with("a.value: \"\" is neither a number nor \"none\""));
    }

    #[test]
    fn noise_has_its_size_and_repeats() {
        let folder = tempfile::tempdir().unwrap();
        let value_file = folder.path().join("a.value");
        fs::write(&value_file, "100").unwrap();
        let config = SimulatedConfig { value_file, noise: 2.0, noise_seed: 7 };
        let read = || {
            let mut sensor = Simulated::new(&config);
            (0..500).map(|_| sensor.read().unwrap().unwrap() - 100.0).collect::<Vec<_>>()
        };
        let values = read();
        assert_eq!(values, read());
        let deviation = (values.iter().map(|value| value * value).sum::<f32>() / values.len() as f32).sqrt();
        assert!((1.7..2.3).contains(&deviation), "{deviation}");
    }
}
