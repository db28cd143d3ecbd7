// The badge of whoever is logged in, to be held up to the camera of a zone.
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { Answer } from "@/components/answer";
import { formatClock } from "@/lib/time";
import { useGetBadgeQuery } from "@/features/stock/stock-api";

export function BadgeCard() {
  const [open, setOpen] = useState(false);
  return (
    <section className="card stack" aria-label="Badge">
      <div className="stock-badge-lead">
        <p>Or hold your badge up to a shelf&rsquo;s camera or scanner: once before you refill it, once afterwards.</p>
        <button
          type="button"
          className="button button-plain button-small"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "Hide my badge" : "Show my badge"}
        </button>
      </div>
      {open && <Badge />}
    </section>
  );
}

function Badge() {
  const query = useGetBadgeQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <Answer query={query}>
      {(badge) => (
        <div className="stock-badge">
          <QRCodeSVG
            value={badge.code}
            size={280}
            level="M"
            marginSize={2}
            bgColor="#ffffff"
            fgColor="#10221a"
            role="img"
            aria-label="Your badge"
            title="Your badge"
          />
          <p className="quiet">Yours alone, until {formatClock(badge.expires_at)}.</p>
        </div>
      )}
    </Answer>
  );
}
