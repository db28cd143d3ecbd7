// Shows a list that comes in pages: waiting, the problem, or what was fetched so far with a way to more.
import type { SerializedError } from "@reduxjs/toolkit";
import type { FetchBaseQueryError } from "@reduxjs/toolkit/query";
import type { ReactNode } from "react";
import { Loading } from "@/components/loading";
import { ProblemNotice } from "@/components/problem-notice";
import { itemsOf, totalOf, type Pages } from "@/lib/paging";
import { problemOf } from "@/lib/problem";

type Query<Item> = {
  currentData?: Pages<Item>;
  error?: FetchBaseQueryError | SerializedError;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
};

export function PagedAnswer<Item>({ query, children }: { query: Query<Item>; children: (items: Item[]) => ReactNode }) {
  // What other filters had found is of no use here.
  const { currentData: pages, error, refetch } = query;
  const problem = problemOf(error);
  const again = () => void (query.isFetchNextPageError ? query.fetchNextPage() : refetch());
  if (!pages) return problem ? <ProblemNotice problem={problem} onRetry={again} /> : <Loading />;
  const items = itemsOf(pages);
  return (
    <>
      {problem && !query.isFetchNextPageError && <ProblemNotice problem={problem} onRetry={again} />}
      {children(items)}
      {query.isFetchNextPageError && <ProblemNotice problem={problem} onRetry={again} />}
      <More shown={items.length} total={totalOf(pages)} query={query} />
    </>
  );
}

function More({ shown, total, query }: { shown: number; total: number | null; query: Query<unknown> }) {
  if (!query.hasNextPage) return null;
  return (
    <div className="row more">
      <button
        type="button"
        className="button button-plain"
        disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {query.isFetchingNextPage ? "Loading…" : "Show more"}
      </button>
      <span className="quiet small" role="status">
        {total === null ? `${shown} shown` : `${shown} of ${total.toLocaleString()} shown`}
      </span>
    </div>
  );
}
