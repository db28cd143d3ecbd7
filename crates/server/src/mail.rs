//! Mail: what a letter is, and the two ways out: a mail server, or the local mailbox.

use db::Db;
use db::mailbox::MailRow;
use domain::ids::StoreId;
use jiff::Timestamp;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use uuid::Uuid;

use crate::config::{Mail as Settings, MailTransport, SmtpSecurity};

pub mod letters;

/// A mail that is ready to go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// The outbox row that it comes from. It becomes the Message-ID, so that a mail server which took the letter twice
    /// (we stopped after sending and before noting it) delivers what mail programs show as one.
    pub id: Uuid,
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// HTML body.
    pub html: String,
    /// Plain text body.
    pub text: String,
}

/// A way out for letters.
#[derive(Clone, Debug)]
pub enum Post {
    /// Into the database.
    Mailbox {
        /// Which database.
        db: Db,
        /// From which store.
        store: StoreId,
    },
    /// To a mail server.
    Smtp {
        /// The connection pool.
        transport: AsyncSmtpTransport<Tokio1Executor>,
        /// The sender.
        from: Mailbox,
    },
}

impl Post {
    /// As configured.
    pub fn new(settings: &Settings, db: Db, store: StoreId) -> anyhow::Result<Self> {
        match settings.transport {
            MailTransport::Mailbox => Ok(Self::Mailbox { db, store }),
            MailTransport::Smtp => {
                let smtp = &settings.smtp;
                let mut builder = match smtp.security {
                    SmtpSecurity::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&smtp.host)?,
                    SmtpSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&smtp.host)?,
                    SmtpSecurity::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host),
                };
                builder = builder.port(smtp.port).timeout(Some(std::time::Duration::from_secs(20)));
                if !smtp.username.is_empty() {
                    let (name, password) = (smtp.username.clone(), smtp.password.clone());
                    builder = builder.credentials(Credentials::new(name, password));
                }
                Ok(Self::Smtp { transport: builder.build(), from: settings.from.parse()? })
            }
        }
    }

    /// Sends a letter. Sending the same letter again puts no second one into the mailbox.
    pub async fn send(&self, letter: Letter, now: Timestamp) -> anyhow::Result<()> {
        match self {
            Self::Mailbox { db, store } => {
                let row = MailRow {
                    id: letter.id,
                    store_id: store.0,
                    to_address: letter.to,
                    subject: letter.subject,
                    html: letter.html,
                    text: letter.text,
                    sent_at: db::micros(now),
                };
                Ok(db::mailbox::keep(db, row).await?)
            }
            Self::Smtp { transport, from } => {
                let message = Message::builder()
                    .from(from.clone())
                    .to(letter.to.parse()?)
                    .subject(letter.subject)
                    .message_id(Some(format!("<{}@{}>", letter.id, from.email.domain())))
                    .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))?;
                transport.send(message).await?;
                Ok(())
            }
        }
    }
}
