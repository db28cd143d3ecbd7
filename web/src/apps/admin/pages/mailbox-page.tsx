// Mails that the store has sent, where it keeps them itself.
import { NavLink, useLocation, useParams } from "react-router";
import { Empty } from "@/components/empty";
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { MailPaper } from "@/features/mailbox/mail-paper";
import { useGetMailsInfiniteQuery } from "@/features/mailbox/mailbox-api";
import { formatDateTime } from "@/lib/time";
import { useUrlFilters } from "@/lib/use-url-filters";

/** No socket tells of mails; the list asks. */
const ASK_EVERY_MS = 10_000;

export function MailboxPage() {
  const { id } = useParams();
  const { search: address } = useLocation();
  const [filters, set] = useUrlFilters(["search"]);
  const query = useGetMailsInfiniteQuery(filters, {
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
      <div role="search" className="filters" aria-label="Which mails">
        <SearchBox label="Subject or address" value={filters.search} onSearch={(text) => set("search", text)} />
      </div>
      <div className="mailbox">
        <div className="stack">
          <PagedAnswer query={query}>
            {(mails) =>
              mails.length === 0 ? (
                <Empty title={filters.search ? "No such mail" : "No mails yet"} />
              ) : (
                <ul className="mail-list">
                  {mails.map((mail) => (
                    <li key={mail.id}>
                      <NavLink to={{ pathname: `/mailbox/${mail.id}`, search: address }}>
                        <b>{mail.subject}</b>
                        <span className="small quiet">{mail.to}</span>
                        <span className="small faint">{formatDateTime(mail.sent_at)}</span>
                      </NavLink>
                    </li>
                  ))}
                </ul>
              )
            }
          </PagedAnswer>
        </div>
        {id ? <MailPaper id={id} /> : <Empty title="Choose a mail" />}
      </div>
    </>
  );
}
