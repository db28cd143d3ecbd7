//! Sensor drivers: from electricity, or a file that plays it, to millimetres, grams and breaks.

use std::path::PathBuf;

pub mod gpio_switch;
pub mod hc_sr04;
pub mod hx711;
pub mod line;
pub mod probe;
pub mod simulated;

#[cfg(target_os = "linux")]
mod gpio;

use crate::config::DriverConfig;

/// Reads one sensor. Reading may block for some tenths of a second, so each driver lives on a thread of its own.
pub trait SensorDriver: Send {
    /// The value in the sensor kind's unit; `None` where the sensor gave nothing (no echo, not ready, out of range).
    ///
    /// # Errors
    ///
    /// [`DriverError`] where the sensor cannot be talked to at all; trying again is allowed.
    fn read(&mut self) -> Result<Option<f32>, DriverError>;
}

/// Why a sensor cannot be talked to.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The chip is missing, the line is taken, or the user may not use it.
    #[error("GPIO line {line} of {} cannot be used: {reason}", chip.display())]
    Line {
        /// The chip's device file.
        chip: PathBuf,
        /// The line's offset on it.
        line: u32,
        /// What the system says.
        reason: String,
    },
    /// The file of a simulated sensor holds no number.
    #[error("{}: {reason}", path.display())]
    ValueFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// This build has no GPIO.
    #[error("real sensors need Linux with GPIO; this program was built for another system")]
    NoGpio,
}

/// Opens the driver that the configuration names.
///
/// # Errors
///
/// [`DriverError`] where its lines cannot be had. A simulated sensor always opens: its file may come later.
pub fn open(config: &DriverConfig) -> Result<Box<dyn SensorDriver>, DriverError> {
    match config {
        DriverConfig::Simulated(simulated) => Ok(Box::new(simulated::Simulated::new(simulated))),
        DriverConfig::HcSr04(_) | DriverConfig::Hx711(_) | DriverConfig::GpioSwitch(_) => open_gpio(config),
    }
}

#[cfg(target_os = "linux")]
fn open_gpio(config: &DriverConfig) -> Result<Box<dyn SensorDriver>, DriverError> {
    Ok(match config {
        DriverConfig::HcSr04(config) => {
            let trigger = gpio::GpioOutput::open(&config.trigger)?;
            let echo = gpio::GpioInput::open(&config.echo, gpio::Wanted::Edges)?;
            Box::new(hc_sr04::HcSr04::new(trigger, echo, config.temperature_c))
        }
        DriverConfig::Hx711(config) => {
            let clock = gpio::GpioOutput::open(&config.clock)?;
            let data = gpio::GpioInput::open(&config.data, gpio::Wanted::Level)?;
            Box::new(hx711::Hx711::new(clock, data, config.gain, config.scale))
        }
        DriverConfig::GpioSwitch(config) => {
            let wanted = gpio::Wanted::DebouncedEdges {
                period: config.debounce,
                active_low: config.active_low,
                pull: config.pull,
            };
            Box::new(gpio_switch::GpioSwitch::new(gpio::GpioInput::open(&config.input, wanted)?))
        }
        DriverConfig::Simulated(simulated) => Box::new(simulated::Simulated::new(simulated)),
    })
}

#[cfg(not(target_os = "linux"))]
fn open_gpio(_: &DriverConfig) -> Result<Box<dyn SensorDriver>, DriverError> {
    Err(DriverError::NoGpio)
}
