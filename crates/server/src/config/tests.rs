use super::*;

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
    let read: Config = Figment::from(Toml::string(sample)).extract().expect("the sample can be read");
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
        ("http.public_url", |config| config.http.public_url = "shop.example.org".to_owned()),
    ];
    for (name, change) in cases {
        let mut config = Config::default();
        change(&mut config);
        let error = config.validate().expect_err(name).to_string();
        assert!(error.contains(name), "{error}");
    }
}
