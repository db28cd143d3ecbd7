// What should stand where, with what is low or should be counted above it.
import { Answer } from "@/components/answer";
import { Empty } from "@/components/empty";
import type { SlotStock, ZoneStock } from "@/lib/generated/protocol";
import { BadgeCard } from "@/features/stock/badge-card";
import { useGetStockQuery } from "@/features/stock/stock-api";
import { stockToDo } from "@/features/stock/stock-to-do";
import { ZoneCard } from "@/features/stock/zone-card";

export function StockPage() {
  const query = useGetStockQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Stock</h1>
          <p>
            Counted by staff, then by what the shelves tell. Say so before you refill a zone, and nobody is billed
            there.
          </p>
        </div>
      </header>
      <Answer query={query}>
        {(zones) => (
          <>
            <Summary zones={zones} />
            {zones.length > 0 && <BadgeCard />}
            {zones.map((zone) => (
              <ZoneCard key={zone.zone} zone={zone} />
            ))}
          </>
        )}
      </Answer>
    </>
  );
}

function Summary({ zones }: { zones: ZoneStock[] }) {
  if (zones.length === 0) return <Empty title="No slots yet" />;
  const { low, unsure, misplaced } = stockToDo(zones);
  if (low.length + unsure.length + misplaced.length === 0) return null;
  const list = (some: SlotStock[]) => some.map((slot) => `${slot.name} (${slot.slot})`).join(", ");
  const lying = misplaced.map(({ slot, what }) => `${what.units} × ${what.name} (at ${slot})`);
  return (
    <section className="card stack" aria-label="To do">
      {low.length > 0 && (
        <p>
          <span className="pill pill-bad">Low</span> {list(low)}
        </p>
      )}
      {unsure.length > 0 && (
        <p>
          <span className="pill pill-wait">Please count</span> {list(unsure)}
        </p>
      )}
      {lying.length > 0 && (
        <p>
          <span className="pill pill-wait">Put away</span> {lying.join(", ")}
        </p>
      )}
    </section>
  );
}
