//! A field that may be absent, or of another type than documented: read without failing, so that whoever needs it can
//! say which one is wrong.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// What stands in a field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Given<T> {
    /// Nothing, or `null`.
    #[default]
    Absent,
    /// What is documented, or what can be taken for it.
    Value(T),
    /// Something else.
    Unreadable,
}

/// A value that can be read from more than its documented JSON type.
pub trait Tolerant: Sized {
    /// The value, if `json` can be taken for one.
    fn read(json: Value) -> Option<Self>;
}

impl<T> Given<T> {
    /// The value, if there is one that can be read.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// For serde: what is not there is not written.
    pub fn is_not_value(&self) -> bool {
        !matches!(self, Self::Value(_))
    }
}

impl<T> From<Option<T>> for Given<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl<'de, T: Tolerant> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Absent,
            json => T::read(json).map_or(Self::Unreadable, Self::Value),
        })
    }
}

impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Absent | Self::Unreadable => serializer.serialize_none(),
        }
    }
}

/// A whole number: a pixel, a count, a time in milliseconds. Fractions are rounded in reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Whole(pub i64);

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl From<f64> for Whole {
    /// Rounded; the nearest that there is.
    fn from(number: f64) -> Self {
        Self(number.round() as i64)
    }
}

impl Tolerant for String {
    fn read(json: Value) -> Option<Self> {
        match json {
            Value::String(text) => Some(text),
            // Subjects that are numbers in the client's database are often sent as numbers.
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

impl Tolerant for f64 {
    fn read(json: Value) -> Option<Self> {
        let number = match json {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        number.is_finite().then_some(number)
    }
}

impl Tolerant for Whole {
    fn read(json: Value) -> Option<Self> {
        /// Beyond it an `f64` no longer tells whole numbers apart.
        const MOST: f64 = 9_007_199_254_740_991.0;
        let exact = match &json {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let rounded = || f64::read(json).filter(|number| number.abs() <= MOST).map(Self::from);
        exact.map(Self).or_else(rounded)
    }
}

impl Tolerant for bool {
    fn read(json: Value) -> Option<Self> {
        match json {
            Value::Bool(flag) => Some(flag),
            Value::Number(number) => match number.as_i64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                Some(_) | None => None,
            },
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde_json::json;

    use super::*;

    fn check<T: Tolerant + PartialEq + Debug>(json: Value, expected: Given<T>) {
        let read: Given<T> = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(read, expected, "{json}");
    }

    #[test]
    fn numbers_come_as_text_and_text_as_numbers() {
        check(json!(0.5), Given::Value(0.5));
        check(json!(" 0.5 "), Given::Value(0.5));
        check::<f64>(json!("half"), Given::Unreadable);
        check::<f64>(json!("NaN"), Given::Unreadable);
        check::<f64>(json!("1e999"), Given::Unreadable);
        check::<f64>(json!([0.5]), Given::Unreadable);
        check::<f64>(json!(null), Given::Absent);
        check(json!("1497645279826"), Given::Value(Whole(1_497_645_279_826)));
        check(json!(9.6), Given::Value(Whole(10)));
        check::<Whole>(json!(1e300), Given::Unreadable);
        check(json!(42), Given::Value("42".to_owned()));
        check::<String>(json!({}), Given::Unreadable);
    }

    #[test]
    fn yes_and_no_come_in_several_ways() {
        for yes in [json!(true), json!("True"), json!("1"), json!(1)] {
            check(yes, Given::Value(true));
        }
        for no in [json!(false), json!("false"), json!(0)] {
            check(no, Given::Value(false));
        }
        check::<bool>(json!("perhaps"), Given::Unreadable);
    }
}
