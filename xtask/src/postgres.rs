//! A PostgreSQL cluster of our own, in a temporary folder on a free port, gone when it is dropped.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::install;
use crate::shell::{command, must};

/// A running cluster.
pub struct Cluster {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Cluster {
    /// Makes and starts one. `durable` commits wait for the disk, as in a shop; tests do not need that.
    pub fn start(durable: bool) -> Result<Self> {
        let programs = install::postgresql()?;
        let folder = tempfile::Builder::new().prefix("smartmart-pg-").tempdir()?;
        if install::is_root() {
            // PostgreSQL refuses to run as root; its package brings this user.
            must(&mut command("chown", &["postgres", &folder.path().to_string_lossy()]))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { programs, folder, port };
        let data = cluster.data();
        must(quiet(cluster.program("initdb").args([
            "-D",
            &data,
            "-U",
            "smartmart",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "-N",
        ])))
        .context("cannot make a PostgreSQL cluster")?;
        let sync = if durable { "on" } else { "off" };
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync={sync} \
             -c synchronous_commit={sync} -c full_page_writes={sync} -c max_connections=200"
        );
        let log = format!("{data}/log");
        must(quiet(cluster.program("pg_ctl").args(["-D", &data, "-w", "-l", &log, "-o", &options, "start"])))
            .context("cannot start PostgreSQL")?;
        Ok(cluster)
    }

    /// The address of its first database.
    pub fn url(&self) -> String {
        format!("postgres://smartmart@127.0.0.1:{}/postgres", self.port)
    }

    /// Makes an empty database; gives its address.
    pub fn database(&self, name: &str) -> Result<String> {
        let port = self.port.to_string();
        must(self.program("createdb").args(["-h", "127.0.0.1", "-p", &port, "-U", "smartmart", name]))
            .with_context(|| format!("cannot make the database {name}"))?;
        Ok(format!("postgres://smartmart@127.0.0.1:{port}/{name}"))
    }

    fn data(&self) -> String {
        self.folder.path().join("data").to_string_lossy().into_owned()
    }

    fn program(&self, name: &str) -> Command {
        let file: &Path = &self.programs.join(name);
        let mut command = if install::is_root() {
            let mut command = command("runuser", &["-u", "postgres", "--"]);
            command.arg(file);
            command
        } else {
            command(file, &[])
        };
        command.current_dir(self.folder.path());
        command
    }
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::null())
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let stopped = must(quiet(self.program("pg_ctl").args(["-D", &data, "-m", "immediate", "stop"])));
        if let Err(error) = stopped {
            eprintln!("xtask: cannot stop PostgreSQL: {error:#}");
        }
    }
}
