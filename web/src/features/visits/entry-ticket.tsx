// The shopper's code as a ticket: always fresh, never shown once it is stale.
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { Loading } from "@/components/loading";
import { ProblemNotice } from "@/components/problem-notice";
import { problemOf } from "@/lib/problem";
import { useNow } from "@/lib/use-now";
import { useWakeLock } from "@/lib/use-wake-lock";
import { useGetEntryCodeQuery } from "@/features/visits/visit-api";
import "@/features/visits/entry-ticket.css";

/** How much longer than the refresh time a code is surely still good for, in seconds. */
const GRACE_S = 10;

type Props = { name: string; title?: string };

export function EntryTicket({ name, title = "Entry code" }: Props) {
  useWakeLock();
  const [everyMs, setEveryMs] = useState(0);
  const now = useNow(1000);
  const { data, error, fulfilledTimeStamp, refetch } = useGetEntryCodeQuery(undefined, {
    pollingInterval: everyMs,
    skipPollingIfUnfocused: true,
    refetchOnFocus: true,
    refetchOnReconnect: true,
  });
  if (data && data.refresh_after_s * 1000 !== everyMs) setEveryMs(data.refresh_after_s * 1000);

  // Our own clock measures the age; whether it agrees with the server's does not matter.
  const ageMs = fulfilledTimeStamp ? now - fulfilledTimeStamp : 0;
  const stale = data !== undefined && ageMs > (data.refresh_after_s + GRACE_S) * 1000;

  return (
    <section className="ticket" aria-label={title}>
      <div className="ticket-head">
        <span className="ticket-name">{name}</span>
        <span className="ticket-kind">{title}</span>
      </div>
      <div className="ticket-code">
        {!data && !error && <Loading what="Fetching your code" />}
        {(!data || stale) && <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch()} />}
        {stale && !error && <Loading what="Renewing your code" />}
        {data && !stale && (
          <QRCodeSVG
            className="ticket-qr"
            value={data.code}
            size={320}
            level="M"
            marginSize={2}
            bgColor="#ffffff"
            fgColor="#10221a"
            role="img"
            aria-label="Your QR code"
            title="Your QR code"
          />
        )}
      </div>
      <p className="ticket-foot">The code renews itself. It is yours alone: a screenshot soon stops working.</p>
    </section>
  );
}
