// What has happened, newest first.
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Activity, ActivityKind } from "@/lib/generated/protocol";
import { formatClock, formatDateTime } from "@/lib/time";

const TONES: Record<ActivityKind, string> = {
  walked_in: "in",
  identity_doubted: "alarm",
  picked: "take",
  put_back: "back",
  review_opened: "ask",
  review_asked: "ask",
  review_answered: "done",
  review_decided: "done",
  walked_out: "out",
  order_placed: "money",
  bought_nothing: "out",
  dispute_opened: "ask",
  restocking: "done",
  dispute_decided: "done",
};

type Props = {
  activity: Activity[];
  heading?: "h1" | "h2";
  /** With the day, where more than today's is shown. */
  dated?: boolean;
  children?: ReactNode;
};

export function ActivityFeed({ activity, heading: Heading = "h2", dated = false, children }: Props) {
  return (
    <section className={dated ? "feed feed-dated" : "feed"} aria-label="Activity">
      <Heading>Activity</Heading>
      {activity.length === 0 && <p className="quiet">Nothing has happened yet.</p>}
      <ol className="feed-list">
        {activity.map((entry) => (
          <li key={`${entry.seq}-${entry.kind}`} className={`feed-entry feed-${TONES[entry.kind]}`}>
            <time dateTime={entry.at} className="numbers">
              {dated ? formatDateTime(entry.at) : formatClock(entry.at)}
            </time>
            {entry.session_id ? (
              <Link to={`/visits/${entry.session_id}`}>{entry.text}</Link>
            ) : (
              <span>{entry.text}</span>
            )}
          </li>
        ))}
      </ol>
      {children}
    </section>
  );
}
