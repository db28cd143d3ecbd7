//! Text stays as it is written, everything else is read by its type, and errors keep values to themselves.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::*;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Example {
    port: u16,
    rate: f64,
    is_open: bool,
    address: IpAddr,
    means: Vec<f32>,
    mail: Mail,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Mail {
    password: String,
    folder: Option<PathBuf>,
    security: Security,
}

#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Security {
    #[default]
    None,
    Tls,
}

impl Default for Example {
    fn default() -> Self {
        let address = IpAddr::from([127, 0, 0, 1]);
        Self { port: 80, rate: 0.5, is_open: false, address, means: Vec::new(), mail: Mail::default() }
    }
}

fn reader() -> Reader {
    let all = Example { mail: Mail { folder: Some(PathBuf::new()), ..Mail::default() }, ..Example::default() };
    Reader::new(Texts::of(&all).unwrap()).defaults(&Example::default())
}

fn with(variables: &[(&str, &str)]) -> Result<Example, SettingsError> {
    let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
    reader().variables("SHOP__", variables)?.read()
}

/// Passwords that look like something else.
const TEXTS: [&str; 21] = [
    "123456",
    "000123",
    "-7",
    "1e5",
    "0x10",
    "1.50",
    "inf",
    "true",
    "false",
    "[a]",
    "[1, 2]",
    "{x=1}",
    "a#b",
    "\"quoted\"",
    "'q'",
    "a=b",
    " blanks ",
    "",
    "\\n\\",
    "ünï💶",
    "x\ny",
];

#[test]
fn text_of_a_variable_is_taken_as_it_is_written() {
    for text in TEXTS {
        let read = with(&[("SHOP__MAIL__PASSWORD", text), ("SHOP__MAIL__FOLDER", text)]).unwrap();
        assert_eq!(read.mail.password, text);
        assert_eq!(read.mail.folder, Some(PathBuf::from(text)), "a setting without a default is text, too");
        let read: Example = reader().variable("PASS", "mail.password", text.as_ref()).unwrap().read().unwrap();
        assert_eq!(read.mail.password, text);
    }
}

#[test]
fn other_variables_are_read_by_their_type_and_the_last_source_holds() {
    let file = "port = 81\nrate = 0.25\n[mail]\npassword = 'of the file'\n";
    let variables = [
        ("SHOP__PORT", "82"),
        ("shop__is_open", "true"),
        ("SHOP__MEANS", "[1, 2.5]"),
        ("SHOP__ADDRESS", "::1"),
        ("SHOP__MAIL__SECURITY", "tls"),
        ("SHOP__", "x"),
        ("SHOPPING", "x"),
        ("SHOP__MAIL____PASSWORD", "x"),
    ];
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    let read: Example =
        reader().toml(file, "shop.toml").unwrap().variables("SHOP__", variables).unwrap().read().unwrap();
    let mail = Mail { password: "of the file".to_owned(), security: Security::Tls, ..Mail::default() };
    let expected =
        Example { port: 82, rate: 0.25, is_open: true, address: "::1".parse().unwrap(), means: vec![1.0, 2.5], mail };
    assert_eq!(read, expected);
}

#[track_caller]
fn check_error(error: &SettingsError, parts: &[&str]) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        assert!(!text.contains("hunter2") && !text.contains("31337") && text.lines().count() == 1, "{text}");
    }
}

#[test]
fn an_error_names_the_setting_and_its_source_but_shows_no_value() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("SHOP__PORT", "hunter2", &["setting port", "found text", "the variable SHOP__PORT"]),
        ("SHOP__PORT", "3133731337", &["setting port"]),
        ("SHOP__PORT", "-31337", &["setting port"]),
        ("SHOP__RATE", "[31337]", &["setting rate", "a list"]),
        ("SHOP__ADDRESS", "hunter2", &["setting address"]),
        ("SHOP__IS_OPEN", "31337", &["setting is_open", "a number"]),
        ("SHOP__MAIL__SECURITY", "hunter2", &["setting mail.security", "none, tls"]),
        ("SHOP__MAIL", "hunter2", &["setting mail", "found text"]),
        ("SHOP__MAIL__PASWORD", "hunter2", &["unknown field `pasword`", "password"]),
        ("SHOP__MAIL__PASSWORD__X", "hunter2", &["setting mail.password", "a table"]),
    ];
    for (name, value, parts) in cases {
        check_error(&with(&[(name, value)]).expect_err(name), parts);
    }
    let files: &[(&str, &[&str])] = &[
        ("[mail]\npassword = 31337", &["setting mail.password", "a number", "shop.toml"]),
        ("[mail]\npassword = ['hunter2']", &["setting mail.password", "a list"]),
        ("port = 1\n[mail]\npassword = hunter2", &["TOML parse error", "shop.toml", "line 3"]),
        ("[mail]\npassword = 'hunter2", &["TOML parse error", "line 2"]),
        ("[mail]\npassword = 'a'\npassword = 'hunter2'", &["TOML parse error"]),
        ("hunter2", &["TOML parse error", "line 1"]),
        ("port = 'hunter2'", &["setting port", "text"]),
    ];
    for (text, parts) in files {
        let read = reader().toml(text, "shop.toml").and_then(|reader| reader.read::<Example>());
        check_error(&read.expect_err(text), parts);
    }
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let value = OsString::from_vec(b"hunter2\xff".to_vec());
    let read = reader().variables("SHOP__", [("SHOP__MAIL__PASSWORD".into(), value)]);
    check_error(&read.unwrap_err(), &["SHOP__MAIL__PASSWORD", "no Unicode text"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    check_error(
        &reader().file(&folder.path().join("no.toml")).unwrap_err(),
        &["no.toml cannot be read", "No such file"],
    );
    check_error(&reader().file(folder.path()).unwrap_err(), &["cannot be read"]);
}
