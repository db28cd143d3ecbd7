//! The sample file, defaults, and one clear line for each kind of mistake.

use super::*;

const SAMPLE: &str = include_str!("../../../../config/edge.toml");

const HEAD: &str = "server_url = 'http://s'\ndata_folder = '/d'\n";
const ROW: &str = "[[sensors]]\nslot = 'A'\nkind = 'distance'\ncapacity = 5\nfull_mm = 30\ndepth_mm = 40\n";
const PLATE: &str = "[[sensors]]\nslot = 'P'\nkind = 'load_cell'\ncapacity = 12\nunit_g = 350\n";
const FILE: &str = "driver = 'simulated'\nvalue_file = '/f'\n";

#[test]
fn the_sample_is_valid() {
    let config = Config::parse(SAMPLE).unwrap();
    assert_eq!(config.sensors.len(), 4);
    assert_eq!(config.spool, SpoolConfig::default());
    assert_eq!(config.join_code, None);
}

/// Takes the `#` from every `# name = value` line.
#[test]
fn the_sample_s_defaults_are_the_defaults() {
    let mut full = String::new();
    for line in SAMPLE.lines() {
        let is_setting = line.strip_prefix("# ").is_some_and(|rest| {
            rest.split_once(" = ").is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        });
        full.push_str(if is_setting { &line[2..] } else { line });
        full.push('\n');
    }
    let (plain, full) = (Config::parse(SAMPLE).unwrap(), Config::parse(&full).unwrap());
    assert_eq!(full.ca_file.unwrap(), Path::new("/etc/smartmart/ca.pem"));
    assert!(full.join_code.is_some());
    assert_eq!((plain.log, plain.spool), (full.log, full.spool));
    assert_eq!(format!("{:?}", plain.sensors), format!("{:?}", full.sensors));
}

#[test]
fn defaults_depend_on_the_kind() {
    let beam = "[[sensors]]\nslot = 'B'\nkind = 'beam'\ndriver = 'simulated'\nvalue_file = '/g'\n";
    let config = Config::parse(&format!("{HEAD}{ROW}{FILE}{beam}{PLATE}{FILE}")).unwrap();
    let confirmations = |sensor: &SensorConfig| match &sensor.sensing {
        Sensing::Counted(params) => Some(params.confirmations),
        Sensing::Weighed(_) => None,
    };
    let found: Vec<_> =
        config.sensors.iter().map(|sensor| (sensor.period.as_millis(), confirmations(sensor))).collect();
    assert_eq!(found, [(200, Some(3)), (20, Some(1)), (100, None)]);
    let Sensing::Weighed(plate) = &config.sensors[2].sensing else { panic!("{:?}", config.sensors[2]) };
    assert_eq!((plate.shelf.as_deref(), plate.gauge.tare_g, plate.gauge.tolerance_g), (None, 0.0, 87.5));
    let noises = config.sensors.iter().map(|sensor| match &sensor.driver {
        DriverConfig::Simulated(simulated) => simulated.noise,
        other => panic!("{other:?}"),
    });
    assert_eq!(noises.collect::<Vec<_>>(), [0.0, 0.0, 0.5]);
}

#[test]
fn the_plates_of_a_shelf_are_read_together() {
    let plates = |count: u32| {
        let plate = |index: u32| PLATE.replace("'P'", &format!("'P{index}'")) + FILE + "shelf = 'top'\n";
        (1..=count).map(plate).collect::<String>()
    };
    let config = Config::parse(&format!("{HEAD}{}", plates(16))).unwrap();
    assert!(config.sensors.iter().all(|sensor| matches!(&sensor.sensing,
        Sensing::Weighed(plate) if plate.shelf.as_deref() == Some("top"))));
    // Neighbours need not stand beside each other in the file, and other shelves have periods of their own.
    let other = PLATE.to_owned() + FILE + "shelf = 'low'\nperiod_ms = 13\n";
    Config::parse(&format!("{HEAD}{}{ROW}{FILE}{other}", plates(2))).unwrap();
    for (text, expected) in [
        (plates(17), "slot P17 is wrong: shelf \"top\" has more than 16 load cells"),
        (
            format!("{}period_ms = 50\n", plates(2)),
            "slot P2 is wrong: period_ms must be 100, as for slot P1 on the same shelf, not 50",
        ),
    ] {
        let error = Config::parse(&format!("{HEAD}{text}")).unwrap_err().to_string();
        assert!(error.contains(expected) && error.lines().count() == 1, "{error:?} has not {expected:?}");
    }
}

#[test]
fn secrets_stay_out_of_debug_output() {
    let config = Config::parse(&format!("{}{ROW}{FILE}", HEAD.to_owned() + "join_code = 'K7QF-2M9X'\n")).unwrap();
    let text = format!("{config:?}");
    assert!(text.contains("Secret(…)") && !text.contains("K7QF"), "{text}");
}

#[test]
fn a_join_code_may_look_like_anything_and_is_never_shown() {
    for text in ["12345678", "0012", "1e5", "true", "[a]", "{x=1}", "a#b", "\"q\"", " K7QF ", ""] {
        let text_of = |name: &str| (format!("SMARTMART_EDGE__{name}").into(), text.into());
        let variables = [text_of("JOIN_CODE"), text_of("LOG"), text_of("CA_FILE")];
        let reader = reader().toml(&format!("{HEAD}{ROW}{FILE}"), "edge.toml").unwrap();
        let config = Config::of(reader.variables(ENV_PREFIX, variables).unwrap()).unwrap();
        assert_eq!(config.join_code.as_ref().map(Secret::reveal), Some(text));
        assert_eq!((config.log.as_str(), config.ca_file), (text, Some(PathBuf::from(text))));
    }
    for wrong in ["join_code = 31337\n", "join_code = ['31337']\n", "join_code = 31337x\n", "join_code = '31337\n"] {
        let error = Config::parse(&format!("{wrong}{HEAD}{ROW}{FILE}")).unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("31337"), "{text}");
        }
    }
}

#[test]
fn mistakes_are_named_in_one_line() {
    let row = |extra: &str| format!("{HEAD}{ROW}{FILE}{extra}");
    let plate = |extra: &str| format!("{HEAD}{PLATE}{FILE}{extra}");
    for (text, expected) in [
        ("data_folder = '/d'".to_owned(), "missing field `server_url`"),
        (HEAD.to_owned(), "at least one [[sensors]] or [[cameras]] is needed"),
        (HEAD.replace("http:", "ftp:"), "server_url must be the server's address with http:// or https://"),
        (format!("colour = 1\n{HEAD}{ROW}"), "unknown field `colour`"),
        ("server_url = ".to_owned(), "TOML parse error"),
        (format!("{HEAD}[spool]\nmax_bytes = 1\n{ROW}{FILE}"), "spool.max_bytes must be between 4096 and 67108864"),
        (format!("{HEAD}{ROW}"), "slot A is wrong: driver is missing"),
        (row("period_ms = 5"), "slot A is wrong: period_ms must be 10 to 60000"),
        (row("confirmations = 0"), "slot A is wrong: confirmations must be 1 to 32"),
        (row("tolerance_mm = 30"), "the tolerance must be more than 0 and at most half a unit (20 mm), not 30"),
        (
            row("trigger_line = 4"),
            "slot A is wrong: trigger_line is unknown, or has no meaning for this kind and driver",
        ),
        (row("shelf = 'top'"), "slot A is wrong: shelf is unknown, or has no meaning for this kind and driver"),
        (
            plate("confirmations = 1"),
            "slot P is wrong: confirmations has no meaning for load cells any more: remove it",
        ),
        (plate("hysteresis_g = 52.5"), "hysteresis_g has no meaning for load cells any more: remove it"),
        (plate("drift_s = 0"), "drift_s has no meaning for load cells any more: remove it"),
        (plate("period_ms = 1000"), "slot P is wrong: period_ms must be 10 to 500"),
        (plate("tolerance_g = 200"), "the tolerance must be more than 0 and at most half a unit (175 g), not 200"),
        (plate("shelf = ''"), "slot P is wrong: shelf must have 1 to 40 characters"),
        (plate("").replace("350", "-350"), "slot P is wrong: one unit must have more than 0 g, not -350"),
        (plate("").replace("350", "6"), "slot P is wrong: unit_g must be more than 6: a change of fewer grams"),
        (row("noise = 'much'"), "slot A is wrong: noise: invalid type"),
        (row("").replace("simulated", "hx711"), "driver \"hx711\" does not give what its kind needs"),
        (
            row("").replace("simulated", "magic"),
            "driver must be \"hc_sr04\", \"hx711\", \"gpio_switch\" or \"simulated\"",
        ),
        (row("").replace("slot = 'A'\n", ""), "sensor 1 is wrong: slot is missing"),
        (row("").replace("depth_mm = 40\n", ""), "slot A is wrong: depth_mm is missing"),
        (row("").replace("'distance'", "'smell'"), "slot A is wrong: kind: unknown variant `smell`"),
        (row(&format!("{ROW}{FILE}")), "slot A is wrong: another sensor has this slot too"),
        (
            format!("{HEAD}{ROW}driver = 'hc_sr04'\ntrigger_line = 4\necho_line = 4\n"),
            "slot A is wrong: line 4 of /dev/gpiochip0 is used by slot A too",
        ),
    ] {
        let error = Config::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} has not {expected:?}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    let error = Config::load(Path::new("/nowhere/edge.toml")).unwrap_err().to_string();
    assert!(error.starts_with("the configuration /nowhere/edge.toml cannot be read: No such file"), "{error}");
}
