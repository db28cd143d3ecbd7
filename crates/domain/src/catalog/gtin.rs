//! GS1 barcode numbers: GTIN-8, -12, -13 and -14 are one space of numbers, so that a product has one, however many zeros a scanner
//! or a spreadsheet puts before it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A GS1 barcode number with a right check digit. Equal where the numbers are: `036000291452` is `0036000291452`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gtin(
    /// 14 digits, with zeros before the number.
    String,
);

/// Why a text is not a GTIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAGtin {
    /// Wrong length or other characters than digits.
    #[error("a GTIN has 8, 12, 13 or 14 digits (a spreadsheet may have dropped zeros before it)")]
    Form,
    /// The last digit does not follow from the others.
    #[error("the check digit is wrong: one of the digits is mistyped")]
    CheckDigit,
}

/// How many digits a GTIN may have, fewest first.
const LENGTHS: [usize; 4] = [8, 12, 13, 14];
const LONGEST: usize = 14;

impl Gtin {
    /// Reads a GTIN and checks its last digit (GS1 General Specifications, section 7.9). Blanks and dashes are passed over: they
    /// stand between the digits on many packages.
    pub fn parse(text: &str) -> Result<Self, NotAGtin> {
        let between = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        let digits: String = text.chars().filter(|c| !between(*c)).take(LONGEST + 1).collect();
        if !LENGTHS.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAGtin::Form);
        }
        let weighted: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
            .sum();
        if weighted.is_multiple_of(10) { Ok(Self(format!("{digits:0>LONGEST$}"))) } else { Err(NotAGtin::CheckDigit) }
    }

    /// 14 digits, with zeros before the number: the form for comparing and storing.
    pub fn canonical(&self) -> &str {
        &self.0
    }

    /// The number with as few zeros before it as a GTIN may have: the form for people.
    pub fn as_str(&self) -> &str {
        let zeros = self.0.bytes().take_while(|digit| *digit == b'0').count();
        let shortest = LENGTHS.into_iter().find(|length| *length >= LONGEST - zeros).unwrap_or(LONGEST);
        &self.0[LONGEST - shortest..]
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gtin({self})")
    }
}

impl TryFrom<String> for Gtin {
    type Error = NotAGtin;
    fn try_from(text: String) -> Result<Self, NotAGtin> {
        Self::parse(&text)
    }
}

impl From<Gtin> for String {
    fn from(gtin: Gtin) -> Self {
        gtin.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gtin_needs_its_length_and_its_check_digit() {
        for good in ["4006381333931", "036000291452", "96385074", "00012345600012"] {
            assert!(Gtin::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Gtin::parse("4006381333932"), Err(NotAGtin::CheckDigit));
        for bad in [
            "",
            "123",
            "40063813339A1",
            "４００６３８１３３３９３１",
            "4.00638E+12",
            "400638133393100",
            "36000291452",
            "-",
        ] {
            assert_eq!(Gtin::parse(bad), Err(NotAGtin::Form), "{bad}");
        }
    }

    #[test]
    fn one_number_is_one_product_however_it_is_padded() {
        for (forms, shown) in [
            (
                &["036000291452", "0036000291452", "00036000291452", " 0 36000-29145 2 ", "0–36000–29145–2"][..],
                "036000291452",
            ),
            (
                &["96385074", "000096385074", "0000096385074", "00000096385074", "9638 5074", "9638\u{a0}5074"],
                "96385074",
            ),
            (&["4006381333931", "04006381333931", "4-006381-333931"], "4006381333931"),
            (&["10012345678902"], "10012345678902"),
        ] {
            for form in forms {
                let gtin = Gtin::parse(form).unwrap();
                assert_eq!(gtin, Gtin::parse(forms[0]).unwrap(), "{form}");
                assert_eq!(gtin.as_str(), shown);
                assert_eq!(gtin.canonical(), format!("{shown:0>14}"));
                assert_eq!(serde_json::to_string(&gtin).unwrap(), format!("\"{shown}\""));
            }
        }
    }
}
