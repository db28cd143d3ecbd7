// Everybody who is inside, each with cart and time; those who have just left fade away with what they paid.
import { useMemo } from "react";
import { Empty } from "@/components/empty";
import { useNow } from "@/lib/use-now";
import type { Floor } from "@/features/visits/floor-api";
import { FloorCard } from "@/features/visits/floor-card";
import "@/features/visits/floor.css";

export function FloorBoard({ floor }: { floor: Floor }) {
  const now = useNow(1000);
  const cards = useMemo(() => {
    const left = floor.departures.map(({ visit, order }) => ({ visit, order, left: true }));
    const inside = floor.visits.map((visit) => ({ visit, order: null, left: false }));
    // Sorted by arrival, so that a card stays in its place while its visit settles.
    return [...left, ...inside].toSorted((a, b) => a.visit.visit.opened_at.localeCompare(b.visit.visit.opened_at));
  }, [floor.departures, floor.visits]);

  return (
    <section className="floor" aria-label="In the store">
      {cards.length === 0 ? (
        <div className="floor-empty">
          <Empty title="Nobody is inside">
            <p>Whoever walks in appears here at once.</p>
          </Empty>
        </div>
      ) : (
        <ul className="floor-cards">
          {cards.map(({ visit, order, left }) => (
            <FloorCard key={visit.visit.session_id} floorVisit={visit} order={order} left={left} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}
