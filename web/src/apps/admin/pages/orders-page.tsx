// Orders: all of them, or those that somebody looks for.
import { FilterChoice } from "@/components/filter-choice";
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { useGetOrdersInfiniteQuery } from "@/features/orders/admin-orders-api";
import { OrderTable } from "@/features/orders/order-table";
import { useGetFloorQuery } from "@/features/visits/floor-api";
import { parseMoney } from "@/lib/money";
import { startOfDay } from "@/lib/time";
import { useUrlFilters } from "@/lib/use-url-filters";

const STATES = { contested: "Contested", refunded: "Refunded" };

export function OrdersPage() {
  const [filters, set] = useUrlFilters(["search", "state", "from", "until", "least", "most"]);
  const { data: floor } = useGetFloorQuery();
  const amount = (text: string) => (floor && text ? (parseMoney(text, floor.currency) ?? undefined) : undefined);
  const query = useGetOrdersInfiniteQuery(
    {
      search: filters.search,
      state: filters.state,
      from: filters.from ? startOfDay(filters.from) : undefined,
      before: filters.until ? startOfDay(filters.until, 1) : undefined,
      least_minor: amount(filters.least),
      most_minor: amount(filters.most),
    },
    { refetchOnMountOrArgChange: true },
  );
  const filtered = Object.values(filters).some((value) => value !== "");
  return (
    <>
      <header className="admin-head">
        <h1>Orders</h1>
      </header>
      <div role="search" className="filters" aria-label="Which orders">
        <SearchBox label="Number, shopper or product" value={filters.search} onSearch={(text) => set("search", text)} />
        <FilterChoice
          label="State"
          any="Any state"
          words={STATES}
          value={filters.state}
          onChoose={(state) => set("state", state)}
        />
        {(["from", "until"] as const).map((end) => (
          <label key={end}>
            {end === "from" ? "From" : "Until"}
            <input
              className="input input-small"
              type="date"
              value={filters[end]}
              onChange={(event) => set(end, event.target.value)}
            />
          </label>
        ))}
        {(["least", "most"] as const).map((end) => (
          <label key={end}>
            {end === "least" ? "At least" : "At most"}
            <input
              className="input input-small filter-amount"
              inputMode="decimal"
              value={filters[end]}
              onChange={(event) => set(end, event.target.value)}
            />
          </label>
        ))}
      </div>
      <PagedAnswer query={query}>{(orders) => <OrderTable orders={orders} filtered={filtered} />}</PagedAnswer>
    </>
  );
}
