//! Settings from defaults, a TOML file and variables, each over the one before.
//!
//! A setting that is text is taken from a variable exactly as it is written there: a password of digits is a password. No error
//! shows a value, not even the line of the file that it is in, for any of them may be a secret.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;

use figment::error::{Actual, Kind};
use figment::providers::Serialized;
use figment::util::nest;
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Settings that cannot be read: one line, without any value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsError(String);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}

/// Which settings are text, by their names with dots.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Texts(BTreeSet<String>);

impl Texts {
    /// Those that are text in `example`, which has to have every setting.
    ///
    /// # Errors
    ///
    /// Where it is no table of settings.
    pub fn of(example: &impl Serialize) -> Result<Self, SettingsError> {
        let value = Value::serialize(example).map_err(|error| readable(&error))?;
        let mut texts = Self::default();
        texts.collect("", &value);
        Ok(texts)
    }

    /// These.
    pub fn named<const N: usize>(names: [&str; N]) -> Self {
        Self(names.map(str::to_owned).into())
    }

    fn collect(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(..) | Value::Char(..) => {
                self.0.insert(name.to_owned());
            }
            Value::Dict(_, table) => {
                for (key, value) in table {
                    let dot = if name.is_empty() { "" } else { "." };
                    self.collect(&format!("{name}{dot}{key}"), value);
                }
            }
            Value::Bool(..) | Value::Num(..) | Value::Empty(..) | Value::Array(..) => {}
        }
    }
}

/// Puts settings together.
#[derive(Debug)]
pub struct Reader {
    texts: Texts,
    figment: Figment,
}

impl Reader {
    /// Nothing is set yet.
    pub fn new(texts: Texts) -> Self {
        Self { texts, figment: Figment::new() }
    }

    /// With these defaults.
    #[must_use]
    pub fn defaults(self, defaults: &impl Serialize) -> Self {
        Self { figment: self.figment.merge(Serialized::defaults(defaults)), ..self }
    }

    /// With the settings of a file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or is no TOML.
    pub fn file(self, path: &Path) -> Result<Self, SettingsError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingsError(format!("the configuration {name} cannot be read: {error}")))?;
        self.toml(&text, &name)
    }

    /// With the settings of TOML text; errors call it `name`.
    ///
    /// # Errors
    ///
    /// Where it is no TOML.
    pub fn toml(self, text: &str, name: &str) -> Result<Self, SettingsError> {
        let table: toml::Table = text.parse().map_err(|error| not_toml(text, name, &error))?;
        let value = Value::serialize(&table).map_err(|error| readable(&error))?;
        let settings = value.into_dict().unwrap_or_default();
        Ok(Self { figment: self.figment.merge(Given { by: name.to_owned(), settings }), ..self })
    }

    /// With the variables among these that begin with `prefix`, in capital or small letters; two underscores stand for a dot.
    ///
    /// # Errors
    ///
    /// Where one of them is no Unicode text.
    pub fn variables(
        mut self,
        prefix: &str,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        for (name, value) in variables {
            let Some(name) = name.to_str() else { continue };
            let Some((start, rest)) = name.split_at_checked(prefix.len()) else { continue };
            let setting = rest.to_ascii_lowercase().replace("__", ".");
            if start.eq_ignore_ascii_case(prefix) && !setting.split('.').any(str::is_empty) {
                self = self.variable(name, &setting, &value)?;
            }
        }
        Ok(self)
    }

    /// With the variable `name` as the setting of another name.
    ///
    /// # Errors
    ///
    /// Where it is no Unicode text.
    pub fn variable(self, name: &str, setting: &str, value: &OsStr) -> Result<Self, SettingsError> {
        let by = format!("the variable {name}");
        let text = value.to_str().ok_or_else(|| SettingsError(format!("{by} is no Unicode text")))?;
        let value = if self.texts.0.contains(setting) {
            Value::from(text)
        } else {
            match text.parse() {
                Ok(value) => value,
                Err(never) => match never {},
            }
        };
        let settings = nest(setting, value).into_dict().unwrap_or_default();
        Ok(Self { figment: self.figment.merge(Given { by, settings }), ..self })
    }

    /// The settings.
    ///
    /// # Errors
    ///
    /// Where one is missing, unknown, or of another type.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, SettingsError> {
        self.figment.extract().map_err(|error| readable(&error))
    }
}

/// Settings and where they are from.
struct Given {
    by: String,
    settings: Dict,
}

impl Provider for Given {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.by.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.settings.clone()))
    }
}

/// What is wrong with a setting, and where it is from.
fn readable(error: &figment::Error) -> SettingsError {
    let setting = error.path.join(".");
    let setting = if setting.is_empty() { "the settings".to_owned() } else { format!("setting {setting}") };
    let by = error.metadata.as_ref().map(|from| format!(" (in {})", from.name)).unwrap_or_default();
    let why = match &error.kind {
        Kind::InvalidType(found, expected) => format!("expected {expected}, found {}", kind_of(found)),
        Kind::InvalidValue(_, expected) => format!("expected {expected}, found another value"),
        Kind::InvalidLength(length, expected) => format!("expected {expected}, found {length} values"),
        Kind::UnknownVariant(_, known) => format!("expected one of {}", known.join(", ")),
        Kind::UnknownField(name, known) => format!("unknown field `{name}`, expected one of {}", known.join(", ")),
        Kind::MissingField(name) => format!("missing field `{name}`"),
        Kind::DuplicateField(name) => format!("field `{name}` is given twice"),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "the number is out of range".to_owned(),
        Kind::Unsupported(found) | Kind::UnsupportedKey(found, _) => format!("{} cannot be used here", kind_of(found)),
        // What a type of its own says may repeat the value.
        Kind::Message(_) => "the value cannot be used".to_owned(),
    };
    SettingsError(format!("{setting}: {why}{by}"))
}

fn kind_of(found: &Actual) -> &'static str {
    match found {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) | Actual::Bytes(_) => "text",
        Actual::Unit | Actual::Option => "nothing",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        Actual::NewtypeStruct
        | Actual::Enum
        | Actual::UnitVariant
        | Actual::NewtypeVariant
        | Actual::TupleVariant
        | Actual::StructVariant
        | Actual::Other(_) => "something else",
    }
}

/// The line is counted, not shown.
fn not_toml(text: &str, name: &str, error: &toml::de::Error) -> SettingsError {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
    SettingsError(format!("TOML parse error in {name}{line}: is every text in quotes, and every name given once?"))
}

#[cfg(test)]
mod tests;
