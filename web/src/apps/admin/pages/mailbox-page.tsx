// Mails that the store has sent, where it keeps them itself.
import { NavLink, useParams } from "react-router";
import { Answer } from "@/components/answer";
import { Empty } from "@/components/empty";
import { MailPaper } from "@/features/mailbox/mail-paper";
import { useGetMailsQuery } from "@/features/mailbox/mailbox-api";
import { formatDateTime } from "@/lib/time";

/** No socket tells of mails; the list asks. */
const ASK_EVERY_MS = 10_000;

export function MailboxPage() {
  const { id } = useParams();
  const query = useGetMailsQuery(undefined, {
    refetchOnMountOrArgChange: true,
    pollingInterval: ASK_EVERY_MS,
    skipPollingIfUnfocused: true,
  });
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Mailbox</h1>
          <p>Everything that the store has sent.</p>
        </div>
      </header>
      <Answer query={query}>
        {(mails) =>
          mails.length === 0 ? (
            <Empty title="No mails yet" />
          ) : (
            <div className="mailbox">
              <ul className="mail-list">
                {mails.map((mail) => (
                  <li key={mail.id}>
                    <NavLink to={`/mailbox/${mail.id}`}>
                      <b>{mail.subject}</b>
                      <span className="small quiet">{mail.to}</span>
                      <span className="small faint">{formatDateTime(mail.sent_at)}</span>
                    </NavLink>
                  </li>
                ))}
              </ul>
              {id ? <MailPaper id={id} /> : <Empty title="Choose a mail" />}
            </div>
          )
        }
      </Answer>
    </>
  );
}
