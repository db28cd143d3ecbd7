use super::*;
use crate::recognition::Pictures;

#[test]
fn secrets_stay_out_of_the_log() {
    let mut config = Config::default();
    config.database.url = "postgres://shop:hunter2@db/shop".to_owned();
    config.mail.smtp.password = "hunter2".to_owned();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn the_sample_file_holds_every_setting_with_its_default() {
    let sample = include_str!("../../../../config/server.toml");
    let read: Config = toml::from_str(sample).expect("the sample can be read");
    let (read, default) = (serde_json::to_value(read).unwrap(), serde_json::to_value(Config::default()).unwrap());
    assert_eq!(read, default);
    let written: toml::Table = sample.parse().unwrap();
    let expected: toml::Table = toml::to_string(&Config::default()).unwrap().parse().unwrap();
    let names = |table: &toml::Table| {
        let mut names = Vec::new();
        collect("", table, &mut names);
        names
    };
    assert_eq!(names(&written), names(&expected));
}

fn collect(prefix: &str, table: &toml::Table, names: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => collect(&format!("{prefix}{key}."), inner, names),
            _ => names.push(format!("{prefix}{key}")),
        }
    }
    names.sort();
}

#[test]
fn bad_settings_are_named() {
    type Change = fn(&mut Config);
    let cases: &[(&str, Change)] = &[
        ("store.currency", |config| config.store.currency = "euro".to_owned()),
        ("store.currency", |config| config.store.currency = "XAU".to_owned()),
        ("store.time_zone", |config| config.store.time_zone = "Berlin".to_owned()),
        ("store.country", |config| config.store.country = "Germany".to_owned()),
        ("store.hours", |config| config.store.hours.monday = vec!["nine to five".to_owned()]),
        ("store.hours", |config| config.store.hours.sunday = vec!["20:00-02:00".to_owned()]),
        ("store.hours", |config| config.store.hours.day_ends = "3".to_owned()),
        ("store.standard_tax_bp", |config| config.store.standard_tax_bp = 10_001),
        ("recognition.strangers_at_gates", |config| config.recognition.strangers_at_gates = 0.0),
        ("recognition.strangers_at_shelves", |config| config.recognition.strangers_at_shelves = f64::NAN),
        ("recognition.margin", |config| config.recognition.margin = -0.1),
        ("floor.overcharge_costs", |config| config.floor.overcharge_costs = 0.2),
        ("recording.keep_days", |config| config.recording.keep_days = 0),
        ("recording.most_mb", |config| config.recording.most_mb = 0),
        ("floor.review_costs", |config| config.floor.review_costs = f64::NAN),
        ("floor.settling_ms", |config| config.floor.settling_ms = config.floor.wait_for_sightings_ms),
        ("recognition.pictures", |config| {
            config.recognition.kairos = Some(Kairos::default());
            config.recognition.pictures = Pictures::AskTurn;
        }),
        ("floor.gate_votes", |config| config.floor.gate_votes = 0),
        ("mail.from", |config| config.mail.from = "nobody".to_owned()),
        ("mail.smtp.host", |config| config.mail.transport = MailTransport::Smtp),
        ("database.url", |config| config.database.url = "mysql://shop:hunter2@db/shop".to_owned()),
        ("http.public_url", |config| config.http.public_url = "shop.example.org".to_owned()),
    ];
    for (name, change) in cases {
        let mut config = Config::default();
        change(&mut config);
        let error = config.validate().expect_err(name).to_string();
        assert!(error.contains(name) && !error.contains("hunter2"), "{error}");
    }
}

fn with_variables(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::of(None, variables.iter().map(|(name, value)| (name.into(), value.into())).collect())
}

#[test]
fn a_secret_may_look_like_anything_and_is_taken_as_it_is_written() {
    for text in ["123456", "000123", "1e5", "true", "[a]", "{x=1}", "a#b", "\"quoted\"", "'q'", "a=b", " x ", ""] {
        let read = with_variables(&[
            ("SMARTMART__MAIL__SMTP__PASSWORD", text),
            ("SMARTMART__MAIL__SMTP__USERNAME", text),
            ("SMARTMART__RECOGNITION__KAIROS__APP_KEY", text),
            ("SMARTMART__STORE__NAME", text),
            ("SMARTMART__RECOGNITION__EMBEDDER__MODEL", text),
            ("SMARTMART__RECOGNITION__EMBEDDER__FILE", text),
            ("SMARTMART__RECOGNITION__EMBEDDER__SHA256", text),
            ("SMARTMART__RECOGNITION__ONNXRUNTIME", text),
            ("DATABASE_URL", text),
            ("SMARTMART__HTTP__PORT", "81"),
        ]);
        let read = read.unwrap();
        let (kairos, embedder) = (read.recognition.kairos.unwrap(), read.recognition.embedder.unwrap());
        let (smtp, onnxruntime) = (read.mail.smtp, read.recognition.onnxruntime.unwrap());
        let texts = [smtp.password, smtp.username, kairos.app_key, read.store.name, embedder.model, embedder.sha256];
        assert!(texts.iter().chain([&read.database.url]).all(|found| found == text), "{text:?}: {texts:?}");
        assert_eq!((embedder.file, onnxruntime), (text.into(), text.into()));
        assert_eq!(read.http.port, 81);
    }
}

#[test]
fn ours_hold_over_the_hosts_variables() {
    let read =
        with_variables(&[("SMARTMART__HTTP__PORT", "81"), ("PORT", "82"), ("DATABASE_URL", "sqlite://x")]).unwrap();
    assert_eq!((read.http.port, read.database.url.as_str()), (81, "sqlite://x"));
    let wrong = with_variables(&[("PORT", "postgres://shop:hunter2@db/shop")]).unwrap_err().to_string();
    assert!(wrong.contains("http.port") && wrong.contains("PORT") && !wrong.contains("hunter2"), "{wrong}");
}

#[test]
fn which_settings_are_text_is_known_of_every_one() {
    let every = serde_json::to_string(&Config::with_everything()).unwrap();
    assert!(!every.contains("null"), "{every}");
}
