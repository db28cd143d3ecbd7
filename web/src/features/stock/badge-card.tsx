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
        <p>
          Or hold your badge up to a shelf&rsquo;s camera or scanner: one code before you refill it, the other
          afterwards.
        </p>
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

const CODES = [
  { name: "Begin", label: "Your badge to begin" },
  { name: "Done", label: "Your badge when you are done" },
] as const;

function Badge() {
  const [meaning, setMeaning] = useState<"Begin" | "Done">("Begin");
  const label = CODES.find(({ name }) => name === meaning)?.label;
  const query = useGetBadgeQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <Answer query={query}>
      {(badge) => (
        <div className="stock-badge">
          <div className="row-actions" role="group" aria-label="What your badge says">
            {CODES.map(({ name }) => (
              <button
                key={name}
                type="button"
                className={name === meaning ? "button button-small" : "button button-plain button-small"}
                aria-pressed={name === meaning}
                onClick={() => setMeaning(name)}
              >
                {name}
              </button>
            ))}
          </div>
          <QRCodeSVG
            value={meaning === "Begin" ? badge.code : badge.done_code}
            size={280}
            level="M"
            marginSize={2}
            bgColor="#ffffff"
            fgColor="#10221a"
            role="img"
            aria-label={label}
            title={label}
          />
          <p className="quiet">Yours alone, until {formatClock(badge.expires_at)}.</p>
        </div>
      )}
    </Answer>
  );
}
