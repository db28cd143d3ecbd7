//! A field that may be absent, or of another type than documented: read without failing, so that whoever needs it can
//! say which one is wrong.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

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
    /// The value, if `scalar` can be taken for one.
    fn read(scalar: Scalar) -> Option<Self>;
}

/// What a field can hold besides lists and objects. Those are skipped without being kept: in memory they would be many
/// times as long as the text of a stranger that they come from.
#[derive(Clone, PartialEq, Debug)]
pub enum Scalar {
    /// `true` or `false`.
    Flag(bool),
    /// A number without a fraction.
    Whole(i128),
    /// A number with one.
    Fraction(f64),
    /// A text.
    Text(String),
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
        Ok(match deserializer.deserialize_any(Reader)? {
            Given::Absent => Self::Absent,
            Given::Value(scalar) => T::read(scalar).map_or(Self::Unreadable, Self::Value),
            Given::Unreadable => Self::Unreadable,
        })
    }
}

/// Takes whatever JSON there is.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Given<Scalar>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Given::Absent)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Given::Value(Scalar::Flag(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Given::Value(Scalar::Whole(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Given::Value(Scalar::Whole(number.into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Given::Value(Scalar::Fraction(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Given::Value(Scalar::Text(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Given::Value(Scalar::Text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Given::Unreadable)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Given::Unreadable)
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
    fn read(scalar: Scalar) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => Some(text),
            // Subjects that are numbers in the client's database are often sent as numbers.
            Scalar::Whole(number) => Some(number.to_string()),
            Scalar::Fraction(number) => Some(number.to_string()),
            Scalar::Flag(_) => None,
        }
    }
}

impl Tolerant for f64 {
    fn read(scalar: Scalar) -> Option<Self> {
        let number = match scalar {
            Scalar::Whole(number) => number as f64,
            Scalar::Fraction(number) => number,
            Scalar::Text(text) => text.trim().parse().ok()?,
            Scalar::Flag(_) => return None,
        };
        number.is_finite().then_some(number)
    }
}

impl Tolerant for Whole {
    fn read(scalar: Scalar) -> Option<Self> {
        /// Beyond it an `f64` no longer tells whole numbers apart.
        const MOST: f64 = 9_007_199_254_740_991.0;
        let exact = match &scalar {
            Scalar::Whole(number) => i64::try_from(*number).ok(),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Fraction(_) | Scalar::Flag(_) => None,
        };
        let rounded = || f64::read(scalar).filter(|number| number.abs() <= MOST).map(Self::from);
        exact.map(Self).or_else(rounded)
    }
}

impl Tolerant for bool {
    fn read(scalar: Scalar) -> Option<Self> {
        match scalar {
            Scalar::Flag(flag) => Some(flag),
            Scalar::Whole(0) => Some(false),
            Scalar::Whole(1) => Some(true),
            Scalar::Whole(_) | Scalar::Fraction(_) => None,
            Scalar::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde_json::{Value, json};

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
        check(json!(u64::MAX), Given::Value(u64::MAX.to_string()));
        check::<String>(json!([[1], { "a": 2 }]), Given::Unreadable);
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
