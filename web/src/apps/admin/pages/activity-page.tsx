// Everything that has happened, as far back as the store remembers.
import { PagedAnswer } from "@/components/paged-answer";
import { ActivityFeed } from "@/features/visits/activity-feed";
import { useGetActivityInfiniteQuery } from "@/features/visits/floor-api";

export function ActivityPage() {
  const query = useGetActivityInfiniteQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <div className="admin-narrow">
      <PagedAnswer query={query}>{(activity) => <ActivityFeed activity={activity} heading="h1" dated />}</PagedAnswer>
    </div>
  );
}
