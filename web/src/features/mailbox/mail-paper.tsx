// One mail. Its HTML runs in a frame without rights, so that nothing in it reaches this page.
import { useState } from "react";
import { Answer } from "@/components/answer";
import { formatDateTime } from "@/lib/time";
import { useGetMailQuery } from "@/features/mailbox/mailbox-api";

/** Links of the mail open a tab of their own. */
export function framedHtml(html: string): string {
  return `<base target="_blank">${html}`;
}

export function MailPaper({ id }: { id: string }) {
  const query = useGetMailQuery(id);
  const [plain, setPlain] = useState(false);
  return (
    <Answer query={{ ...query, data: query.currentData }}>
      {({ summary, html, text }) => (
        <article className="stack" aria-label={summary.subject}>
          <header className="admin-head">
            <div>
              <h2>{summary.subject}</h2>
              <p className="small">
                To {summary.to}, {formatDateTime(summary.sent_at)}
              </p>
            </div>
            <div className="switch" role="group" aria-label="Show as">
              <button type="button" aria-pressed={!plain} onClick={() => setPlain(false)}>
                HTML
              </button>
              <button type="button" aria-pressed={plain} onClick={() => setPlain(true)}>
                Plain text
              </button>
            </div>
          </header>
          {plain ? (
            <pre className="mail-text">{text}</pre>
          ) : (
            <iframe
              className="mail-frame"
              title={summary.subject}
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              srcDoc={framedHtml(html)}
            />
          )}
        </article>
      )}
    </Answer>
  );
}
