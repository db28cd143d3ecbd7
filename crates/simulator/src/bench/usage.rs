//! What a process uses, from `/proc`.

/// Read at one moment; nothing where there is no such process or no `/proc`.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Usage {
    /// Processor time so far, in milliseconds.
    pub cpu_ms: Option<f64>,
    /// Memory now, in MiB.
    pub rss_mb: Option<u64>,
}

/// The kernel counts processor time for user space in hundredths of a second, whatever its own tick is.
const MS_PER_TICK: f64 = 10.0;

impl Usage {
    /// Of this process.
    pub fn of(pid: Option<u32>) -> Self {
        let Some(pid) = pid else { return Self::default() };
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}")).ok();
        Self { cpu_ms: read("stat").as_deref().and_then(cpu_ms), rss_mb: read("status").as_deref().and_then(rss_mb) }
    }
}

/// Fields 14 and 15; the second field is the program's name in brackets and may hold blanks.
fn cpu_ms(stat: &str) -> Option<f64> {
    let fields: Vec<_> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |field: usize| fields.get(field)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) * MS_PER_TICK)
}

fn rss_mb(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_is_read() {
        let stat = "42 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20";
        assert_eq!(cpu_ms(stat), Some(2_000.0));
        assert_eq!(rss_mb("Name:\tx\nVmRSS:\t  204800 kB\n"), Some(200));
        assert_eq!(Usage::of(None), Usage::default());
    }
}
