// What should stand where, with what is low or should be counted above it.
import { Empty } from "@/components/empty";
import { FilterChoice } from "@/components/filter-choice";
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import type { SlotStock, StockState, ZoneStock } from "@/lib/generated/protocol";
import { BadgeCard } from "@/features/stock/badge-card";
import { useGetStockInfiniteQuery } from "@/features/stock/stock-api";
import { stockToDo } from "@/features/stock/stock-to-do";
import { ZoneCard } from "@/features/stock/zone-card";
import { useEveryPage } from "@/lib/use-every-page";
import { useUrlFilters } from "@/lib/use-url-filters";

const STATES: Record<StockState, string> = {
  low: "Low",
  disagrees: "To be counted",
  unknown: "Never counted",
  fine: "Enough",
};

export function StockPage() {
  const [filters, set] = useUrlFilters(["search", "state"]);
  const query = useGetStockInfiniteQuery(filters, { refetchOnMountOrArgChange: true });
  // The sums above the list are of the whole of it.
  useEveryPage(query);
  const filtered = filters.search !== "" || filters.state !== "";
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
      <div role="search" className="filters" aria-label="Which slots">
        <SearchBox label="Slot or product" value={filters.search} onSearch={(text) => set("search", text)} />
        <FilterChoice
          label="State"
          any="Any state"
          words={STATES}
          value={filters.state}
          onChoose={(state) => set("state", state)}
        />
      </div>
      <PagedAnswer query={query}>
        {(zones) => (
          <>
            <Summary zones={zones} filtered={filtered} />
            {zones.length > 0 && <BadgeCard />}
            {zones.map((zone) => (
              <ZoneCard key={zone.zone} zone={zone} />
            ))}
          </>
        )}
      </PagedAnswer>
    </>
  );
}

function Summary({ zones, filtered }: { zones: ZoneStock[]; filtered: boolean }) {
  if (zones.length === 0) return <Empty title={filtered ? "No such slot" : "No slots yet"} />;
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
